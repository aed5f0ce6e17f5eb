import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

export const KEY_ID_BYTES = 8
const KEY_BYTES = 32

const Key = Type.Object({
  id: Type.String({ pattern: `^[0-9a-f]{${KEY_ID_BYTES * 2}}$` }),
  /** 32 bytes in base64. */
  key: Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' }),
  createdAt: Type.String(),
  /** Nothing in the database used it any more; kept for backups of the database from before. */
  retiredAt: Type.Optional(Type.String()),
})
export type Key = Static<typeof Key>

const KeyFile = Type.Object({
  active: Type.String(),
  keys: Type.Array(Key, { minItems: 1 }),
})
export type KeyFile = Static<typeof KeyFile>

const fits = Compile(KeyFile)

/** The key ring is missing, unreadable or readable for everybody. */
export class KeyRingUnusable extends Error {
  constructor(path: string, reason: string, cause?: unknown) {
    super(`The key ring ${path} cannot be used: ${reason}`, { cause })
    this.name = 'KeyRingUnusable'
  }
}

export function newKey(): Key {
  return {
    id: randomBytes(KEY_ID_BYTES).toString('hex'),
    key: randomBytes(KEY_BYTES).toString('base64'),
    createdAt: new Date().toISOString(),
  }
}

/** Undefined when there is no file; throws `KeyRingUnusable` when it is not a key ring. */
export function readKeyFile(path: string): KeyFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
    if ((statSync(path).mode & 0o007) !== 0) {
      throw new KeyRingUnusable(path, 'every user of this machine may read or write it; run chmod 600 on it')
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    if (error instanceof KeyRingUnusable) throw error
    throw new KeyRingUnusable(path, 'it cannot be read', error)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which is secret.
    throw new KeyRingUnusable(path, 'it is not JSON')
  }
  if (!fits.Check(parsed)) throw new KeyRingUnusable(path, 'it is not a key ring')
  if (!parsed.keys.some(({ id }) => id === parsed.active)) {
    throw new KeyRingUnusable(path, 'its active key is not among its keys')
  }
  return parsed
}

function writeBeside(path: string, file: KeyFile): string {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const descriptor = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(descriptor, `${JSON.stringify(file, null, 2)}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  return temporary
}

function syncDirectory(path: string): void {
  const directory = openSync(dirname(path), 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

/** Makes the file unless another process was faster. */
export function createKeyFile(path: string, file: KeyFile): void {
  const temporary = writeBeside(path, file)
  try {
    // Unlike a rename, a link never replaces a file that is there.
    linkSync(temporary, path)
    syncDirectory(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(temporary)
  }
}

export function replaceKeyFile(path: string, file: KeyFile): void {
  const temporary = writeBeside(path, file)
  try {
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncDirectory(path)
}
