import type { Command } from 'commander'
import { ApiProblem, type Asked } from '../client/answers.ts'
import { openApi } from '../client/api.ts'
import { originOf } from '../client/connection.ts'
import { forgetLogin, readLogins, type StoredLogin } from '../client/stored-logins.ts'
import { deleteUserKey } from '../client/user-keys.ts'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { formatTime } from '../output/format.ts'
import { openWriter } from '../output/writer.ts'
import { addPasswordOptions, logInAsking, type PasswordOptions } from './log-in-asking.ts'
import { addOutputOptions, type OutputOptions } from './session.ts'

interface LogoutOptions extends OutputOptions, PasswordOptions {
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

/** Whether the key still opens anything. Throws when the Croft cannot be reached. */
async function isAlive(asked: Asked, key: string): Promise<boolean> {
  try {
    await openApi(asked, { authorization: `Bearer ${key}` }).get('/me')
    return true
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return false
    throw error
  }
}

/** A key may not change keys, itself neither: so it is done as the user who logs in once more. */
async function endKey(context: Context, login: StoredLogin, options: PasswordOptions): Promise<void> {
  const asked = { url: login.url, isLocal: false, ifRefused: null }
  if (!(await isAlive(asked, login.key))) return
  const api = await logInAsking(context, asked, login.email, options)
  try {
    await deleteUserKey(api, login.keyId)
  } finally {
    // It ends by itself anyway.
    await api.remove('/session').catch(() => undefined)
  }
}

export function addLogoutCommand(program: Command, context: Context): void {
  const command = program
    .command('logout')
    .summary('end a login')
    .description('End a login: its key is deleted, which takes the password once more, and forgotten here.')
    .option('--url <url>', 'of which Croft (default: of CROFT_URL, else the last login)')
    .option('--force', 'only forget it here; the key stays good until it expires')
  addOutputOptions(addPasswordOptions(command)).action(async (options: LogoutOptions) => {
    const { url, force = false, output, quiet = false } = options
    const writer = openWriter(context.out, context.err, { output, quiet })
    const told = url ?? (context.env.CROFT_URL || undefined)
    const login = findLogin(context, told === undefined ? undefined : originOf(told))
    if (!force) await endKey(context, login, options)
    forgetLogin(context, login.url)
    const rest = force ? ` Its key stays good until ${formatTime(login.expiresAt) ?? 'it is deleted'}.` : ''
    writer.note(`Logged out ${login.email} at ${login.url}.${rest}`)
  })
}
