import type { Command } from 'commander'
import { ApiProblem } from '../client/answers.ts'
import { openApi } from '../client/api.ts'
import { originOf } from '../client/connection.ts'
import { forgetLogin, readLogins, type StoredLogin } from '../client/stored-logins.ts'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { formatTime } from '../output/format.ts'
import { openWriter } from '../output/writer.ts'
import { addOutputOptions, type OutputOptions } from './session.ts'

interface LogoutOptions extends OutputOptions {
  readonly url?: string
  readonly force?: boolean
}

function findLogin(context: Context, url: string | undefined): StoredLogin {
  const logins = readLogins(context)
  const login = url === undefined ? logins.at(-1) : logins.find((each) => each.url === url)
  if (login) return login
  const known = logins.map((each) => each.url).join(', ')
  throw new CliFault(url === undefined ? 'Nobody is logged in.' : `Nobody is logged in at ${url}.`, {
    ...(known === '' ? {} : { hint: `There are logins at: ${known}` }),
  })
}

/** The key lets go of itself; one that is dead already has nothing to end. Throws when the Croft cannot be reached. */
async function endKey({ url, key }: StoredLogin): Promise<void> {
  const api = openApi({ url, isLocal: false, ifRefused: null }, { authorization: `Bearer ${key}` })
  try {
    await api.remove('/session')
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error
  }
}

export function addLogoutCommand(program: Command, context: Context): void {
  const command = program
    .command('logout')
    .summary('end a login')
    .description('End a login: its key is deleted, and forgotten here.')
    .option('--url <url>', 'of which Croft (default: of CROFT_URL, else the last login)')
    .option('--force', 'only forget it here; the key stays good until it expires')
  addOutputOptions(command).action(async (options: LogoutOptions) => {
    const { url, force = false, output, quiet = false } = options
    const writer = openWriter(context.out, context.err, { output, quiet })
    const told = url ?? (context.env.CROFT_URL || undefined)
    const login = findLogin(context, told === undefined ? undefined : originOf(told))
    if (!force) await endKey(login)
    forgetLogin(context, login.url)
    const rest = force ? ` Its key stays good until ${formatTime(login.expiresAt) ?? 'it is deleted'}.` : ''
    writer.note(`Logged out ${login.email} at ${login.url}.${rest}`)
  })
}
