import { join } from 'node:path'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { type Bootstrap, readBootstrap } from '../start/bootstrap-file.ts'
import { findDataDirectory } from '../start/data-directory.ts'

/** Which Croft a command talks to, and as whom. */
export interface Connection {
  readonly url: string
  readonly token: string
  /** True when it was found through bootstrap.json, so that "not running" can be said. */
  readonly isLocal: boolean
}

/** What a command is about, and so which of the local tokens it takes: never more than it needs. */
export type Scope = 'workspace' | 'platform'

export interface ConnectionOptions {
  readonly url?: string
  readonly token?: string
  readonly dataDir?: string
}

function localBootstrap(directory: string): Bootstrap {
  const path = join(directory, 'bootstrap.json')
  try {
    return readBootstrap(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') {
      throw new CliFault(`There is no Croft here: ${path} does not exist.`, {
        hint: 'Start one with `npm start`, or say which one is meant with --url and --token (or CROFT_URL and CROFT_TOKEN).',
      })
    }
    if (code === 'EACCES') {
      throw new CliFault(`${path} cannot be read by this user.`, {
        hint: 'It holds secrets and belongs to the user who started Croft.',
      })
    }
    throw error
  }
}

function originOf(url: string): string {
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

/** Flags win over variables, and those over the local bootstrap.json. A local token is sent to the local Croft only. */
export function findConnection(context: Context, options: ConnectionOptions, scope: Scope): Connection {
  const given = (flag: string | undefined, variable: string) => flag ?? (context.env[variable] || undefined)
  const url = given(options.url, 'CROFT_URL')
  const token = given(options.token, 'CROFT_TOKEN')
  if (url !== undefined && token !== undefined) return { url: originOf(url), token, isLocal: false }

  const directory = findDataDirectory(given(options.dataDir, 'CROFT_DATA_DIR'), context.directory)
  if (url !== undefined) originOf(url)
  const local = localBootstrap(directory)
  const localToken = scope === 'platform' ? local.adminToken : local.serviceToken
  if (local.url === null || localToken === null) {
    const lacking = local.url === null ? 'url' : scope === 'platform' ? 'adminToken' : 'serviceToken'
    throw new CliFault(`${join(directory, 'bootstrap.json')} has no ${lacking} yet.`, {
      hint: 'Croft completes it at its first start: npm start.',
    })
  }
  if (url !== undefined && originOf(url) !== originOf(local.url)) {
    throw new CliFault(`No token for ${originOf(url)}.`, {
      hint: 'Give one with --token or CROFT_TOKEN.',
      exitCode: 2,
    })
  }
  return {
    url: originOf(local.url),
    token: token ?? localToken,
    isLocal: true,
  }
}
