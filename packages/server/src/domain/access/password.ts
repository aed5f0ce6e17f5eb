import { hash, verify } from '@node-rs/argon2'
import { CroftError } from '../../platform/errors/index.ts'

/** argon2id, which is the library's default, with OWASP's first choice of cost: 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const SHORTEST = 12
const LONGEST = 1024

/** Throws `invalid-input` for a password that is too short to be one, or too long to hash at leisure. */
export function hashPassword(password: string): Promise<string> {
  if (password.length < SHORTEST || password.length > LONGEST) {
    const message = `must have between ${SHORTEST} and ${LONGEST} characters`
    throw new CroftError('invalid-input', `The password ${message}.`, {
      fields: [{ path: '/password', message }],
    })
  }
  return hash(password, COST)
}

let nobody: Promise<string> | undefined

/** Takes as long for an unknown user (`stored` undefined) as for a wrong password. */
export async function isPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  nobody ??= hash('nobody has this password', COST)
  const standIn = await nobody
  const right = await verify(stored ?? standIn, password.slice(0, LONGEST))
  return right && typeof stored === 'string' && password.length <= LONGEST
}
