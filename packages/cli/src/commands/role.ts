import { type Command, Option } from 'commander'
import type { Api } from '../client/api.ts'
import { findIdentity } from '../client/find-identity.ts'
import { findUser } from '../client/find-user.ts'
import { onlyOne } from '../client/only-one.ts'
import type { Role, RoleBinding } from '../client/resources.ts'
import { findScope, SCOPE_FORM, scopeBody, showScope } from '../client/scope.ts'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { formatTime } from '../output/format.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface HolderOptions extends SessionOptions {
  readonly user?: string
  readonly identity?: string
}

const addHolderOptions = (command: Command) =>
  command
    .addOption(new Option('--user <email>', 'the user who holds it').conflicts('identity'))
    .option('--identity <name>', 'the service identity that holds it')

async function holderOf(api: Api, { user, identity }: HolderOptions) {
  if (user !== undefined) return { type: 'user', id: (await findUser(api, user)).id } as const
  if (identity !== undefined) return { type: 'identity', id: (await findIdentity(api, identity)).id } as const
  return null
}

const permissionsOf = ({ permissions }: Role): string =>
  permissions.map(({ actions, subjects }) => `${actions.join(',')} ${subjects.join(',')}`).join('; ')

function addKinds(noun: Command, context: Context): void {
  addSessionOptions(
    noun.command('kinds [role]').description('List the built-in roles, or say what one of them allows.'),
  ).action(async (name: string | undefined, options: SessionOptions) => {
    const { api, writer } = openSession(context, options, 'platform')
    const roles = await api.list<Role>('/roles')
    const key = (role: Role) => role.name
    const fields = [
      { title: 'Role', value: key },
      { title: 'At', value: (role: Role) => role.level },
      { title: 'Allows', value: (role: Role) => role.title },
    ]
    if (name === undefined) return writer.list(roles, { key, empty: 'No roles.', fields })
    const role = onlyOne(
      roles.map((each) => ({ ...each, id: each.name })),
      name,
      'role',
    )
    writer.record(role, { key, fields: [...fields, { title: 'Permissions', value: permissionsOf }] })
  })
}

function addList(noun: Command, context: Context): void {
  addHolderOptions(
    addSessionOptions(noun.command('list').alias('ls').description('List who holds which role, and where.')),
  )
    .option('--at <scope>', `there: ${SCOPE_FORM}`)
    .action(async (options: HolderOptions & { at?: string }) => {
      const { api, writer } = openSession(context, options, 'platform')
      const holder = await holderOf(api, options)
      const scope = options.at === undefined ? null : await findScope(api, options.at)
      const bindings = await api.list<RoleBinding>('/role-bindings', {
        holderType: holder?.type,
        holderId: holder?.id,
        scopeType: scope?.type,
        scopeId: scope?.id ?? undefined,
      })
      writer.list(bindings, {
        key: (binding) => binding.id,
        empty: 'Nobody holds a role there.',
        fields: [
          { title: 'Holder', value: ({ holder }) => holder.name },
          { title: 'Type', value: ({ holder }) => holder.type },
          { title: 'Role', value: ({ role }) => role },
          { title: 'At', value: ({ scope }) => showScope(scope) },
          { title: 'Since', value: ({ createdAt }) => formatTime(createdAt) },
          { title: 'Id', value: ({ id }) => id },
        ],
      })
    })
}

export function addRoleCommands(program: Command, context: Context): void {
  const noun = program
    .command('role')
    .summary('give roles, take them away and list them')
    .description('Roles: what users and service identities may do, and where.')
    .addHelpText(
      'after',
      `
A scope is one of: ${SCOPE_FORM}. Ids do as well as names.

Examples:
  $ croft role kinds
  $ croft role add database-reader --user ann@example.com --at database:shop
  $ croft role list --at database:shop`,
    )
  addList(noun, context)
  addKinds(noun, context)

  addHolderOptions(
    addSessionOptions(
      noun.command('add <role>').description('Give a role. It counts from the holder’s next request on.'),
    ),
  )
    .requiredOption('--at <scope>', 'where')
    .action(async (role: string, options: HolderOptions & { at: string }) => {
      if (options.user === undefined && options.identity === undefined) {
        const hint = 'Say it with --user EMAIL or --identity NAME.'
        throw new CliFault('Who gets the role?', { hint, exitCode: 2 })
      }
      const { api, writer } = openSession(context, options, 'platform')
      const holder = await holderOf(api, options)
      const scope = scopeBody(await findScope(api, options.at))
      const binding = await api.post<RoleBinding>('/role-bindings', { holder, role, scope })
      if (writer.options.quiet || writer.options.output === 'json')
        writer.record(binding, { key: ({ id }) => id, fields: [] })
      writer.note(
        `${binding.holder.name} is ${role} of ${options.at}. It ends with: croft role remove ${binding.id}`,
      )
    })

  addSessionOptions(
    noun.command('remove <id>').alias('rm').description('Take a role away, by the id that the list shows.'),
  ).action(async (id: string, options: SessionOptions) => {
    const { api, writer } = openSession(context, options, 'platform')
    await api.remove(`/role-bindings/${encodeURIComponent(id)}`)
    writer.note(`Removed ${id}.`)
  })
}
