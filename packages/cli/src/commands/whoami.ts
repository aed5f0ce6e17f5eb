import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface Caller {
  readonly type: string
  readonly id: string
  readonly name: string
  readonly workspaceId: string | null
  readonly roles: readonly {
    readonly role: string
    readonly scope: { readonly type: string; readonly id: string | null }
  }[]
}

const rolesOf = ({ roles }: Caller): string =>
  roles.length === 0
    ? 'none; a key does what its rules say'
    : roles
        .map(({ role, scope }) => (scope.id === null ? role : `${role} of ${scope.type} ${scope.id}`))
        .join(', ')

export function addWhoamiCommand(program: Command, context: Context): void {
  addSessionOptions(
    program.command('whoami').description('Say whose credential commands use, and what roles it has.'),
  ).action(async (options: SessionOptions) => {
    const { api, writer } = openSession(context, options)
    writer.record(await api.get<Caller>('/me'), {
      key: (caller) => caller.name,
      fields: [
        { title: 'Name', value: (caller) => caller.name },
        { title: 'Type', value: (caller) => caller.type },
        { title: 'Roles', value: rolesOf },
        { title: 'Workspace', value: (caller) => caller.workspaceId },
        { title: 'At', value: () => api.connection.url },
      ],
    })
  })
}
