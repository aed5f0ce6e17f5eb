import type { Answer } from '../render.ts'

/** What was wrong with a request: by field, and as a whole. */
export interface Fault {
  readonly fields: Readonly<Record<string, readonly string[]>>
  readonly general: readonly string[]
}

const WHOLE = new Set(['detail', 'error', '__all__', 'non_field_errors'])

/** Null when all went well. */
export function faultOf({ status, hal }: Answer): Fault | null {
  if (status < 400) return null
  const fields: Record<string, readonly string[]> = Object.create(null)
  const general: string[] = []
  for (const [name, value] of Object.entries(hal ?? {})) {
    if (name === '_links') continue
    const texts = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string')
    if (WHOLE.has(name)) general.push(...texts)
    else fields[name] = texts
  }
  return { fields, general }
}

/** What the top of a page says, above a form with these fields, which say the rest themselves. */
export function saidAbove(fault: Fault, fields: readonly string[]): readonly string[] {
  const others = Object.entries(fault.fields).filter(([name]) => !fields.includes(name))
  const said = [
    ...fault.general,
    ...others.flatMap(([name, texts]) => texts.map((text) => `${name}: ${text}`)),
  ]
  return said.length > 0 ? said : ['That did not work yet: please correct what is marked below.']
}
