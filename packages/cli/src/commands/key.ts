import type { Command } from 'commander'
import { findApiKey } from '../client/find-api-key.ts'
import type { ApiKey } from '../client/resources.ts'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { confirm } from '../output/confirm.ts'
import { formatTime } from '../output/format.ts'
import { type RuleOptions, readRules } from './key-rules.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface KeyOptions extends SessionOptions, RuleOptions {
  readonly workspace?: string
  readonly yes?: boolean
}

const addRuleOptions = (command: Command) =>
  command
    .option('--rules <file>', 'JSON file with its rules, - for standard input')
    .option('--allow <rule...>', 'a rule in short: "read,create databases"')
    .option('--deny <rule...>', 'a rule that forbids: "delete databases,backups"')

const addKeyOptions = (command: Command) =>
  addSessionOptions(command).option(
    '--workspace <id>',
    'the workspace it belongs to (default: the one of the token)',
  )

/** `manage databases, not delete backups`: enough to tell keys apart. */
function inShort({ rules }: ApiKey): string {
  const shown = rules.slice(0, 3).map((rule) => {
    const actions = typeof rule.action === 'string' ? rule.action : rule.action.join(',')
    return `${rule.inverted ? 'not ' : ''}${actions} ${rule.subject}`
  })
  return `${shown.join('; ')}${rules.length > 3 ? `; ${rules.length - 3} more` : ''}`
}

export function addKeyCommands(program: Command, context: Context): void {
  const noun = program
    .command('key')
    .summary('create and change API keys with rules')
    .description('API keys: each may do exactly what its rules say, in one workspace.')
    .addHelpText(
      'after',
      `
Examples:
  $ croft key create reporting --allow "read databases,backups"
  $ croft key create ci --rules ci-rules.json -q
  $ croft key disable ci`,
    )

  addRuleOptions(
    addKeyOptions(noun.command('create <name>').description('Create a key and print it.')),
  ).action(async (name: string, options: KeyOptions) => {
    const { api, writer } = openSession(context, options)
    const rules = await readRules(context, options)
    if (!rules) {
      throw new CliFault('A key needs rules: without them it could do nothing.', {
        hint: 'Give some with --allow, --deny or --rules FILE.',
        exitCode: 2,
      })
    }
    const key = await api.post<ApiKey>('/api-keys', { name, rules, workspaceId: options.workspace })
    if (writer.options.output === 'json') writer.record(key, { key: (made) => made.id, fields: [] })
    else context.out.write(`${key.value ?? ''}\n`)
    writer.note(`Send it as the header x-prismeai-api-key, or as CROFT_TOKEN. Its id: ${key.id}`)
  })

  addKeyOptions(noun.command('list').alias('ls').description('List keys and what they may do.')).action(
    async (options: KeyOptions) => {
      const { api, writer } = openSession(context, options)
      writer.list(await api.list<ApiKey>('/api-keys', { workspaceId: options.workspace }), {
        key: (key) => key.id,
        empty: 'No API keys. Create one: croft key create NAME --allow "read databases"',
        fields: [
          { title: 'Name', value: (key) => key.name },
          { title: 'May', value: inShort },
          { title: 'State', value: (key) => (key.disabled ? 'off' : 'on') },
          { title: 'Last used', value: (key) => formatTime(key.lastUsedAt) ?? 'never' },
          { title: 'Id', value: (key) => key.id },
        ],
      })
    },
  )

  const change = async (
    nameOrId: string,
    options: KeyOptions,
    changes: Readonly<Record<string, unknown>>,
  ) => {
    const session = openSession(context, options)
    const { workspace } = options
    const { id } = await findApiKey(session.api, nameOrId, workspace)
    const query = workspace === undefined ? '' : `?workspaceId=${encodeURIComponent(workspace)}`
    return { ...session, key: await session.api.patch<ApiKey>(`/api-keys/${id}${query}`, changes) }
  }

  addRuleOptions(
    addKeyOptions(noun.command('update <key>').description('Replace the rules of a key; its value stays.')),
  )
    .option('--name <name>', 'another name')
    .action(async (nameOrId: string, options: KeyOptions & { name?: string }) => {
      const rules = await readRules(context, options)
      const { writer, key } = await change(nameOrId, options, {
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(rules ? { rules } : {}),
      })
      writer.note(`${key.name} may: ${inShort(key)}`)
    })

  for (const [verb, disabled, done] of [
    ['disable', true, 'is switched off'],
    ['enable', false, 'is switched on'],
  ] as const) {
    addKeyOptions(
      noun.command(`${verb} <key>`).description(`Switch a key ${disabled ? 'off' : 'on'}, from now on.`),
    ).action(async (nameOrId: string, options: KeyOptions) => {
      const { writer, key } = await change(nameOrId, options, { disabled })
      writer.note(`${key.name} ${done}.`)
    })
  }

  addKeyOptions(noun.command('delete <key>').alias('rm').description('Delete a key at once.'))
    .option('-y, --yes', 'do not ask')
    .action(async (nameOrId: string, options: KeyOptions) => {
      const { api, writer } = openSession(context, options)
      const key = await findApiKey(api, nameOrId, options.workspace)
      await confirm(context, `Delete the key ${key.name}? What uses it stops working.`, options.yes ?? false)
      const query =
        options.workspace === undefined ? '' : `?workspaceId=${encodeURIComponent(options.workspace)}`
      await api.remove(`/api-keys/${key.id}${query}`)
      writer.note(`Deleted ${key.name}.`)
    })
}
