import { hostname } from 'node:os'
import type { Command } from 'commander'
import type { Api } from '../client/api.ts'
import { findAddress, findConnection } from '../client/connection.ts'
import type { UserKey } from '../client/resources.ts'
import { keepLogin, loginsPath, readLogins } from '../client/stored-logins.ts'
import { createLoginKey, deleteUserKey } from '../client/user-keys.ts'
import type { Context } from '../context.ts'
import { askText } from '../output/ask.ts'
import { formatTime } from '../output/format.ts'
import { openWriter } from '../output/writer.ts'
import { addPasswordOptions, logInAsking, type PasswordOptions } from './log-in-asking.ts'
import { addAddressOptions, addOutputOptions, type OutputOptions } from './session.ts'

interface LoginOptions extends OutputOptions, PasswordOptions {
  readonly url?: string
  readonly dataDir?: string
  readonly email?: string
}

/** Makes and keeps a key; nothing is left of it when it cannot be kept. */
async function keepKey(context: Context, url: string, email: string, api: Api): Promise<UserKey> {
  const replaced = readLogins(context).find((login) => login.url === url)
  const key = await createLoginKey(api, hostname(), replaced?.keyId)
  try {
    keepLogin(context, { url, email, keyId: key.id, key: key.value, expiresAt: key.expiresAt })
  } catch (error) {
    await deleteUserKey(api, key.id)
    throw error
  }
  // Never stops a login that has succeeded.
  if (replaced) await deleteUserKey(api, replaced.keyId).catch(() => false)
  return key
}

/** Whether commands that are told nothing use the login that was just made. */
function isUsed(context: Context, key: string): boolean {
  try {
    return findConnection(context, {}, 'platform').token === key
  } catch {
    return false
  }
}

const isPlain = (url: string): boolean =>
  url.startsWith('http:') && !/^http:\/\/(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(url)

export function addLoginCommand(program: Command, context: Context): void {
  const command = program
    .command('login')
    .summary('log in as a user')
    .description(
      'Log in as a user. Makes an API key of the user’s own, good for 90 days, and keeps it in ~/.config/croft/credentials.json ' +
        '(or below XDG_CONFIG_HOME), which only you can read.',
    )
    .option('--email <email>', 'who logs in (asked for otherwise)')
    .addHelpText(
      'after',
      `
Commands use, in this order: --url and --token; CROFT_URL and CROFT_TOKEN; the local bootstrap.json; the last
login. For an address that is given the login there comes before the local bootstrap.json.

Examples:
  $ croft login --url https://croft.example.com --email ann@example.com
  $ croft login --email ann@example.com --password-stdin < password`,
    )
  addAddressOptions(addOutputOptions(addPasswordOptions(command))).action(async (options: LoginOptions) => {
    const writer = openWriter(context.out, context.err, {
      output: options.output,
      quiet: options.quiet ?? false,
    })
    const asked = findAddress(context, options)
    const { url } = asked
    if (isPlain(url)) writer.note(`${url} is not encrypted: others on the way can read the password.`)
    const email = options.email ?? (await askText(context, 'Email', 'Give it with --email.'))
    const api = await logInAsking(context, asked, email, options)
    let key: UserKey
    try {
      key = await keepKey(context, url, email, api)
    } finally {
      // It ends by itself anyway.
      await api.remove('/session').catch(() => undefined)
    }
    const { expiresAt } = key
    writer.record(
      { url, email, expiresAt, file: loginsPath(context) },
      {
        key: (made) => made.url,
        fields: [
          { title: 'Logged in as', value: () => email },
          { title: 'At', value: () => url },
          { title: 'Until', value: () => formatTime(expiresAt) },
        ],
      },
    )
    if (!isUsed(context, key.value))
      writer.note(`Commands here use another credential unless told: --url ${url}`)
  })
}
