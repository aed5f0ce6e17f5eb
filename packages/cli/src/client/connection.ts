import { join } from 'node:path'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { type Bootstrap, readBootstrap } from '../start/bootstrap-file.ts'
import { findDataDirectory } from '../start/data-directory.ts'
import { readLogins, type StoredLogin } from './stored-logins.ts'

/** Which Croft a command talks to, and as whom. */
export interface Connection {
  readonly url: string
  readonly token: string
  /** True when it was found through bootstrap.json, so that "not running" can be said. */
  readonly isLocal: boolean
  /** What to do when the credential is not taken. */
  readonly ifRefused: string | null
}

/** What a command is about, and so which of the local tokens it takes: never more than it needs. */
export type Scope = 'workspace' | 'platform'

export interface ConnectionOptions {
  readonly url?: string
  readonly token?: string
  readonly dataDir?: string
}

/** What bootstrap.json says, or why there is none to be had. */
function localBootstrap(directory: string): Bootstrap | CliFault {
  const path = join(directory, 'bootstrap.json')
  try {
    return readBootstrap(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') {
      return new CliFault(`There is no Croft here: ${path} does not exist.`, {
        hint: 'Start one with `npm start`, log in to another with `croft login --url URL`, or say which one is meant with --url and --token (or CROFT_URL and CROFT_TOKEN).',
      })
    }
    if (code === 'EACCES') {
      return new CliFault(`${path} cannot be read by this user.`, {
        hint: 'It holds secrets and belongs to the user who started Croft. Log in: croft login --url URL',
      })
    }
    throw error
  }
}

/** The part of an address that says which server. Throws for what is no address of one. */
export function originOf(url: string): string {
  try {
    const parsed = new URL(url)
    if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed.origin
  } catch {
    // Said below.
  }
  throw new CliFault(`"${url}" is not the address of a Croft.`, {
    hint: 'It looks like http://127.0.0.1:7400.',
    exitCode: 2,
  })
}

const ofLogin = (login: StoredLogin): Connection => ({
  url: login.url,
  token: login.key,
  isLocal: false,
  ifRefused: `The login of ${login.email} has ended. Log in again: croft login --url ${login.url}`,
})

const VALID = 'Give a valid token with --token or CROFT_TOKEN.'

function ofBootstrap(directory: string, local: Bootstrap, scope: Scope, token?: string): Connection {
  const localToken = scope === 'platform' ? local.adminToken : local.serviceToken
  if (local.url === null || localToken === null) {
    const lacking = local.url === null ? 'url' : scope === 'platform' ? 'adminToken' : 'serviceToken'
    throw new CliFault(`${join(directory, 'bootstrap.json')} has no ${lacking} yet.`, {
      hint: 'Croft completes it at its first start: npm start.',
    })
  }
  return { url: originOf(local.url), token: token ?? localToken, isLocal: true, ifRefused: VALID }
}

function givenAddress(
  context: Context,
  options: ConnectionOptions,
): { url: string | undefined; token: string | undefined; dataDir: string | undefined } {
  const given = (flag: string | undefined, variable: string) => flag ?? (context.env[variable] || undefined)
  const url = given(options.url, 'CROFT_URL')
  return {
    url: url === undefined ? undefined : originOf(url),
    token: given(options.token, 'CROFT_TOKEN'),
    dataDir: given(options.dataDir, 'CROFT_DATA_DIR'),
  }
}

/** The address that is given, else that of the local Croft. Throws when there is neither. */
export function findAddress(context: Context, options: ConnectionOptions): Omit<Connection, 'token'> {
  const { url, dataDir } = givenAddress(context, options)
  if (url !== undefined) return { url, isLocal: false, ifRefused: null }
  const directory = findDataDirectory(dataDir, context.directory)
  const local = localBootstrap(directory)
  if (local instanceof CliFault) throw local
  return { ...ofBootstrap(directory, local, 'workspace'), ifRefused: null }
}

/**
 * Flags win over variables, those over the local bootstrap.json, and that over logins; for an address that is given the
 * login there comes first. A local token is sent to the local Croft only, and a login's key to where the login was.
 */
export function findConnection(context: Context, options: ConnectionOptions, scope: Scope): Connection {
  const { url, token, dataDir } = givenAddress(context, options)
  if (url !== undefined && token !== undefined) return { url, token, isLocal: false, ifRefused: VALID }

  // Whoever names a data directory means what is in it.
  const takesLogin = dataDir === undefined && token === undefined
  const login = takesLogin && url !== undefined && readLogins(context).find((each) => each.url === url)
  if (login) return ofLogin(login)

  const directory = findDataDirectory(dataDir, context.directory)
  const local = localBootstrap(directory)
  if (!(local instanceof CliFault)) {
    const found = ofBootstrap(directory, local, scope, token)
    if (url === undefined || url === found.url) return found
  } else if (url === undefined) {
    const last = takesLogin ? readLogins(context).at(-1) : undefined
    if (last) return ofLogin(last)
    throw local
  }
  throw new CliFault(`No token for ${url}.`, {
    hint: `Log in with \`croft login --url ${url}\`, or give one with --token or CROFT_TOKEN.`,
    exitCode: 2,
  })
}
