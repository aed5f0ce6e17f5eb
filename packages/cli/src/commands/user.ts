import type { Command } from 'commander'
import { findUser } from '../client/find-user.ts'
import type { User } from '../client/resources.ts'
import type { Context } from '../context.ts'
import { formatTime } from '../output/format.ts'
import { readPassword } from '../output/read-password.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

const stateOf = (user: User): string =>
  user.disabled ? 'disabled' : user.hasPassword ? 'on' : 'on, without a password'

interface CreateOptions extends SessionOptions {
  readonly name?: string
  readonly passwordStdin?: boolean
}

export function addUserCommands(program: Command, context: Context): void {
  const noun = program
    .command('user')
    .summary('list users, shut them out, reset passwords')
    .description('Users: people who may log in. What they may do their roles say.')
    .addHelpText(
      'after',
      `
Examples:
  $ croft user list
  $ croft user disable ann@example.com
  $ croft user reset-password ann@example.com

To let somebody in, see \`croft invite\`.`,
    )

  addSessionOptions(noun.command('list').alias('ls').description('List users.')).action(
    async (options: SessionOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      writer.list(await api.list<User>('/users'), {
        key: (user) => user.email,
        empty: 'No users.',
        fields: [
          { title: 'Email', value: (user) => user.email },
          { title: 'Name', value: (user) => user.displayName },
          { title: 'State', value: stateOf },
          { title: 'Second factor', value: (user) => (user.secondFactor ? 'on' : 'off') },
          { title: 'Last login', value: (user) => formatTime(user.lastLoginAt) ?? 'never' },
          { title: 'Id', value: (user) => user.id },
        ],
      })
    },
  )

  addSessionOptions(noun.command('create <email>').description('Create a user, who holds no role yet.'))
    .option('--name <name>', 'what the user is called')
    .option('--password-stdin', 'read a first password from standard input')
    .action(async (email: string, options: CreateOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      const password = options.passwordStdin ? await readPassword(process.stdin) : undefined
      const user = await api.post<User>('/users', { email, displayName: options.name, password })
      writer.record(user, {
        key: ({ id }) => id,
        fields: [
          { title: 'Email', value: (made) => made.email },
          { title: 'Name', value: (made) => made.displayName },
          { title: 'Id', value: (made) => made.id },
        ],
      })
      if (!user.hasPassword) writer.note(`To choose a password: croft user reset-password ${user.email}`)
      writer.note(`To give a role: croft role add ROLE --user ${user.email} --at SCOPE`)
    })

  for (const [verb, disabled, description, done] of [
    ['disable', true, 'Shut a user out: no session, token or key works any more.', 'is shut out'],
    ['enable', false, 'Let a user in again.', 'may log in again'],
  ] as const) {
    addSessionOptions(noun.command(`${verb} <email>`).description(description)).action(
      async (emailOrId: string, options: SessionOptions) => {
        const { api, writer } = openSession(context, options, 'platform')
        const { id } = await findUser(api, emailOrId)
        const user = await api.patch<User>(`/users/${id}`, { disabled })
        if (writer.options.output === 'json') writer.record(user, { key: () => id, fields: [] })
        writer.note(`${user.email} ${done}.`)
      },
    )
  }

  addSessionOptions(
    noun.command('reset-password <email>').description('Print a link to choose another password with.'),
  ).action(async (emailOrId: string, options: SessionOptions) => {
    const { api, writer } = openSession(context, options, 'platform')
    const { id, email } = await findUser(api, emailOrId)
    const reset = await api.post<{ link: string; expiresAt: string }>(`/users/${id}/password-reset`, {})
    if (writer.options.output === 'json') writer.record(reset, { key: () => id, fields: [] })
    else context.out.write(`${reset.link}\n`)
    writer.note(`Pass the link on to ${email}: it is good once, until ${formatTime(reset.expiresAt)}.`)
  })
}
