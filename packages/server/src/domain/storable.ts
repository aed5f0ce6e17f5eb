/**
 * Whether PostgreSQL can keep this JSON: no text in it, names included, has NUL or half of a surrogate pair. Nesting
 * is bounded where bodies are parsed.
 */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, each]) => isStorable(name) && isStorable(each))
}
