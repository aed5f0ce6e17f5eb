/** Names that no file system or object store reads as anything else: no `..`, no hidden files, no separators. */
const step = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/

/** The steps of a key. Throws when it is not one, which is an error of the caller. */
export function stepsOf(key: string): string[] {
  if (!isKey(key)) throw new Error(`not a key of a backup: ${JSON.stringify(key.slice(0, 200))}`)
  return key.split('/')
}

/** Whether a store's name for something is a key: others' objects may lie beside ours. */
export function isKey(key: string): boolean {
  const steps = key.split('/')
  return steps.length <= 8 && steps.every((name) => step.test(name))
}
