import { randomInt } from 'node:crypto'
import { hashToken } from '../token-hash.ts'

// Without 0, 1, i, l and o, which are read wrongly.
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'
const COUNT = 10
/** 79 random bits: enough that plain SHA-256 keeps them. */
const LENGTH = 16

function newCode(): string {
  const characters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)])
  return characters.join('').replaceAll(/(.{4})(?!$)/g, '$1-')
}

/** Ten codes, each good for one login without the authenticator app. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, newCode)
}

/** What is kept of a code, however it was typed. */
export function hashRecoveryCode(code: string): Buffer {
  return hashToken(code.toLowerCase().replaceAll(/[\s-]/g, ''))
}
