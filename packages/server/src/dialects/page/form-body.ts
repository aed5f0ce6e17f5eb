/** The fields of a posted form that came once; `repeated` names those that came more than once. */
export interface FormBody {
  readonly fields: Readonly<Record<string, string | undefined>>
  readonly repeated: readonly string[]
}

/** Reads a parsed form, whatever else the body may be. */
export function readForm(body: unknown): FormBody {
  const fields: Record<string, string> = Object.create(null)
  const repeated: string[] = []
  if (typeof body !== 'object' || body === null) return { fields, repeated }
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'string') fields[name] = value
    else repeated.push(name)
  }
  return { fields, repeated }
}
