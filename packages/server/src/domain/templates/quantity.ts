import { CroftError } from '../../platform/errors/index.ts'

const DECIMAL: Readonly<Record<string, number>> = {
  ...{ n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 },
}
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const QUANTITY = /^\+?(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,2})?$/
/** No quantity that means something is longer, and a number needs no more digits. */
const LONGEST = 40

/**
 * A quantity as Kubernetes writes it, in cores or bytes: `0.75`, `750m`, `1500M`, `2Gi`, `5e9`. Equal quantities are
 * equal numbers, however they are written: each is rounded once. Null for what is none.
 */
export function readQuantity(text: string): number | null {
  const [, digits, unit = ''] = text.length > LONGEST ? [] : (QUANTITY.exec(text) ?? [])
  if (digits === undefined) return null
  const binary = BINARY[unit]
  if (binary !== undefined) return Number(digits) * 2 ** binary
  const exponent = DECIMAL[unit] ?? Number(unit.slice(1))
  return Number(`${digits}e${exponent}`)
}

/** The same, of text that was checked before. Throws `not-applicable`. */
export function parseQuantity(text: string): number {
  const value = readQuantity(text)
  if (value !== null) return value
  throw new CroftError('not-applicable', `${JSON.stringify(text)} is not a quantity.`, {
    hint: 'Write a number with a unit of Kubernetes, such as 0.5, 500m, 1500M or 2Gi.',
  })
}
