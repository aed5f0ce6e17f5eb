import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { isRecord } from '../record.ts'

/** What `croft login` keeps of one Croft: a key of the user's own. */
export interface StoredLogin {
  /** Only where it is sent to: an origin. */
  readonly url: string
  readonly email: string
  readonly keyId: string
  readonly key: string
  /** ISO. */
  readonly expiresAt: string | null
}

/** `croft/credentials.json` where programs of this user keep what they are told (XDG base directories). */
export function loginsPath({ env }: Pick<Context, 'env'>): string {
  const told = env.XDG_CONFIG_HOME ?? ''
  // The specification has relative paths ignored.
  const base = isAbsolute(told) ? told : join(env.HOME || homedir(), '.config')
  return join(base, 'croft', 'credentials.json')
}

function loginOf(value: unknown): StoredLogin | null {
  if (!isRecord(value)) return null
  const { url, email, keyId, key, expiresAt } = value
  if (typeof url !== 'string' || typeof email !== 'string') return null
  if (typeof keyId !== 'string' || typeof key !== 'string') return null
  return { url, email, keyId, key, expiresAt: typeof expiresAt === 'string' ? expiresAt : null }
}

function parseLogins(path: string, text: string): StoredLogin[] {
  try {
    const content: unknown = JSON.parse(text)
    if (isRecord(content) && Array.isArray(content.logins)) {
      const logins = content.logins.map(loginOf)
      if (logins.every((login) => login !== null)) return logins
    }
  } catch {
    // Said below.
  }
  throw new CliFault(`${path} is damaged.`, { hint: 'Delete it and log in again: croft login' })
}

/** Oldest first; the last is the default. Throws when the file cannot be read or is damaged. */
export function readLogins(context: Pick<Context, 'env'>): readonly StoredLogin[] {
  const path = loginsPath(context)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new CliFault(`${path} cannot be read (${String(code ?? error)}).`)
  }
  return parseLogins(path, text)
}

/** Whole or not at all, and only for its owner. */
function write(path: string, logins: readonly StoredLogin[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}.tmp`
  // Of a process that died and had the same number.
  rmSync(temporary, { force: true })
  try {
    const descriptor = openSync(temporary, 'wx', 0o600)
    try {
      writeSync(descriptor, `${JSON.stringify({ logins }, null, 2)}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Keeps a login in place of an earlier one at the same origin; it is the default from now on. */
export function keepLogin(context: Pick<Context, 'env'>, login: StoredLogin): void {
  const others = readLogins(context).filter(({ url }) => url !== login.url)
  write(loginsPath(context), [...others, login])
}

export function forgetLogin(context: Pick<Context, 'env'>, url: string): void {
  write(
    loginsPath(context),
    readLogins(context).filter((login) => login.url !== url),
  )
}
