import { isUuid } from './is-uuid.ts'

/** 36^25 > 2^128 > 36^24: what every UUID fits in. */
export const BASE36_LENGTH = 25
const LARGEST = 2n ** 128n - 1n
const ENCODED = /^[0-9a-z]{25}$/

/** A UUID as 25 characters of 0-9a-z; the order of UUIDs is kept. Null when it is not a UUID. */
export function encodeBase36(uuid: string): string | null {
  if (!isUuid(uuid)) return null
  return BigInt(`0x${uuid.replaceAll('-', '')}`)
    .toString(36)
    .padStart(BASE36_LENGTH, '0')
}

/** The UUID of `encodeBase36`. Null for anything that it does not make, so a thing has one spelling only. */
export function decodeBase36(text: string): string | null {
  if (!ENCODED.test(text)) return null
  let value = 0n
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36))
  if (value > LARGEST) return null
  const hex = value.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
