import type { Command } from 'commander'
import type { Token } from '../client/resources.ts'
import type { Context } from '../context.ts'
import { confirm } from '../output/confirm.ts'
import { formatTime } from '../output/format.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface TokenOptions extends SessionOptions {
  readonly workspace?: string
  readonly yes?: boolean
}

const addTokenOptions = (command: Command) =>
  addSessionOptions(command).option(
    '--workspace <id>',
    'the workspace it may act in (default: the one of the token in use)',
  )

export function addTokenCommands(program: Command, context: Context): void {
  const noun = program
    .command('token')
    .summary('create, list and revoke service tokens')
    .description('Service tokens: what programs log in with, for one workspace.')
    .addHelpText('after', '\nExamples:\n  $ export CROFT_TOKEN=$(croft token create --name deploy -q)')

  addTokenOptions(noun.command('create').description('Create a token and print it, this once.'))
    .option('--name <name>', 'what it is for', 'cli')
    .action(async (options: TokenOptions & { name: string }) => {
      const { api, writer } = openSession(context, options)
      const token = await api.post<Token>('/tokens', {
        name: options.name,
        workspaceId: options.workspace,
      })
      if (writer.options.output === 'json') writer.record(token, { key: (made) => made.id, fields: [] })
      else context.out.write(`${token.value ?? ''}\n`)
      writer.note(
        `The token "${options.name}" is shown only now. It ends with: croft token revoke ${token.id}`,
      )
    })

  addTokenOptions(noun.command('list').alias('ls').description('List tokens; never their secrets.')).action(
    async (options: TokenOptions) => {
      const { api, writer } = openSession(context, options)
      writer.list(await api.list<Token>('/tokens', { workspaceId: options.workspace }), {
        key: (token) => token.id,
        empty: 'No tokens. Create one: croft token create --name NAME',
        fields: [
          { title: 'Name', value: (token) => token.name },
          { title: 'Ends with', value: (token) => token.hint },
          { title: 'Created', value: (token) => formatTime(token.createdAt) },
          { title: 'Expires', value: (token) => formatTime(token.expiresAt) ?? 'never' },
          { title: 'Id', value: (token) => token.id },
        ],
      })
    },
  )

  addTokenOptions(noun.command('revoke <id>').description('Revoke a token at once.'))
    .option('-y, --yes', 'do not ask')
    .action(async (id: string, options: TokenOptions) => {
      const { api, writer } = openSession(context, options)
      await confirm(context, `Revoke the token ${id}? What uses it stops working.`, options.yes ?? false)
      await api.remove(`/tokens/${encodeURIComponent(id)}`, { workspaceId: options.workspace })
      writer.note(`Revoked ${id}.`)
    })
}
