import type { Kind } from './endpoint.ts'
import { fieldFault } from './errors.ts'
import { readHyperlink } from './hyperlinks.ts'

/** What a body says, by field; what is wrong with it is gathered and told at once by `check`. */
export interface Fields {
  has(name: string): boolean
  /** Null where nothing, null or `''` is given. */
  isBlank(name: string): boolean
  /** A text that must be there. */
  text(name: string, longest?: number): string
  /** What a hyperlink leads to; undefined where none is given. `find` gives null for what the caller cannot see. */
  link(
    name: string,
    kind: Kind,
    find: (number: string) => Promise<string | null>,
  ): Promise<string | undefined>
  /** The same, of a link that must be there. */
  requiredLink(name: string, kind: Kind, find: (number: string) => Promise<string | null>): Promise<string>
  /** Throws `invalid-input` with all that was wrong so far. */
  check(): void
}

const REQUIRED = 'This field is required.'

/** Texts that cannot be kept or printed: control characters, halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}]/u
export const isPrintable = (text: string): boolean => text.isWellFormed() && !UNPRINTABLE.test(text)

function pythonType(value: unknown): string {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return Array.isArray(value) ? 'list' : 'dict'
}

export function createFields(given: Readonly<Record<string, unknown>>): Fields {
  const faults: Record<string, string> = {}
  const fault = (name: string, message: string): undefined => {
    faults[name] ??= message
    return undefined
  }
  const has = (name: string): boolean => Object.hasOwn(given, name)
  const valueAt = (name: string): unknown => (has(name) ? given[name] : undefined)
  const isBlank = (name: string): boolean => {
    const value = valueAt(name)
    return value === undefined || value === null || value === ''
  }
  async function link(name: string, kind: Kind, find: (number: string) => Promise<string | null>) {
    if (isBlank(name)) return undefined
    const value = valueAt(name)
    if (typeof value !== 'string')
      return fault(name, `Incorrect type.  Expected url string, received ${pythonType(value)}.`)
    const number = readHyperlink(value, kind)
    if (typeof number !== 'string') return fault(name, `Invalid hyperlink - ${number.fault}`)
    return (await find(number)) ?? fault(name, 'Invalid hyperlink - object does not exist.')
  }
  return {
    has,
    isBlank,
    link,
    async requiredLink(name, kind, find) {
      if (isBlank(name)) fault(name, REQUIRED)
      return (await link(name, kind, find)) ?? ''
    },
    text(name, longest) {
      const value = valueAt(name)
      if (isBlank(name)) fault(name, REQUIRED)
      else if (typeof value === 'object') fault(name, 'Enter a text.')
      const text = isBlank(name) ? '' : String(value)
      const length = Array.from(text).length
      if (longest !== undefined && length > longest)
        fault(name, `Ensure this value has at most ${longest} characters (it has ${length}).`)
      if (!isPrintable(text)) fault(name, 'Enter printable characters only.')
      return text
    },
    check() {
      if (Object.keys(faults).length > 0) throw fieldFault(faults)
    },
  }
}
