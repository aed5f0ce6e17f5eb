import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KeyRing, RingKey } from './key-ring.ts'
import { KEY_ID_BYTES } from './key-ring-file.ts'

/** Not sealed by us, sealed for another row, changed since, or with a key that the ring does not have. */
export class CannotOpen extends Error {
  constructor(reason: string) {
    super(`a sealed secret cannot be opened: ${reason}`)
    this.name = 'CannotOpen'
  }
}

/**
 * Envelope encryption: every secret has a key of its own, which the ring's active key wraps. `aad` names where the
 * secret lies (`table.column:row id`), so that one copied to another row does not open there.
 */
export interface Sealer {
  seal(plaintext: string, aad: string): Buffer
  /** Throws `CannotOpen`. */
  open(sealed: Buffer, aad: string): string
  /** The same secret under the active key, or null when it is already. Its own key and bytes stay. */
  rewrap(sealed: Buffer, aad: string): Buffer | null
}

const VERSION = 1
const IV = 12
const TAG = 16
const DATA_KEY = 32
const HEADER = 1 + KEY_ID_BYTES
const WRAPPED = IV + DATA_KEY + TAG

function encrypt(key: Buffer, plaintext: Buffer, aad: Buffer): Buffer {
  const iv = randomBytes(IV)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad)
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Buffer, sealed: Buffer, aad: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV), { authTagLength: TAG })
  decipher.setAAD(aad).setAuthTag(sealed.subarray(-TAG))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV, -TAG)), decipher.final()])
  } catch {
    throw new CannotOpen('it was changed, or belongs to another row')
  }
}

function headerOf(key: RingKey): Buffer {
  return Buffer.concat([Buffer.from([VERSION]), Buffer.from(key.id, 'hex')])
}

/** The id of the ring's key that a sealed secret needs; throws `CannotOpen` when it is none of ours. */
export function keyIdOf(sealed: Buffer): string {
  if (sealed.length < HEADER + WRAPPED + IV + TAG) throw new CannotOpen('it is cut off')
  if (sealed[0] !== VERSION) throw new CannotOpen(`its format ${sealed[0]} is unknown`)
  return sealed.subarray(1, HEADER).toString('hex')
}

/**
 * version (1) | key id (8) | iv, data key, tag under the ring's key (60) | iv, secret, tag under the data key.
 * The header is authenticated with the wrapped key.
 */
export function createSealer(ring: KeyRing): Sealer {
  function wrap(dataKey: Buffer, aad: string): Buffer {
    const key = ring.active()
    const header = headerOf(key)
    return Buffer.concat([header, encrypt(key.secret, dataKey, Buffer.concat([header, Buffer.from(aad)]))])
  }
  function unwrap(sealed: Buffer, aad: string): Buffer {
    const id = keyIdOf(sealed)
    const key = ring.find(id)
    if (!key) throw new CannotOpen(`the key ring has no key ${id}`)
    const header = sealed.subarray(0, HEADER)
    const wrapped = sealed.subarray(HEADER, HEADER + WRAPPED)
    return decrypt(key.secret, wrapped, Buffer.concat([header, Buffer.from(aad)]))
  }
  return {
    seal(plaintext, aad) {
      const dataKey = randomBytes(DATA_KEY)
      return Buffer.concat([wrap(dataKey, aad), encrypt(dataKey, Buffer.from(plaintext), Buffer.from(aad))])
    },
    open(sealed, aad) {
      return decrypt(unwrap(sealed, aad), sealed.subarray(HEADER + WRAPPED), Buffer.from(aad)).toString()
    },
    rewrap(sealed, aad) {
      if (keyIdOf(sealed) === ring.active().id) return null
      return Buffer.concat([wrap(unwrap(sealed, aad), aad), sealed.subarray(HEADER + WRAPPED)])
    },
  }
}
