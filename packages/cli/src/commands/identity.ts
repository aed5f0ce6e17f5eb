import type { Command } from 'commander'
import { findIdentity, findOrganization } from '../client/find-identity.ts'
import type { Identity } from '../client/resources.ts'
import type { Context } from '../context.ts'
import { confirm } from '../output/confirm.ts'
import { formatTime } from '../output/format.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface IdentityOptions extends SessionOptions {
  readonly organization?: string
  readonly yes?: boolean
}

const addIdentityOptions = (command: Command) =>
  addSessionOptions(command).option('--organization <name>', 'of which organization (default: the only one)')

const WITH_SECRET = {
  key: ({ clientId, clientSecret }: Identity) => `${clientId} ${clientSecret ?? ''}`,
  fields: [
    { title: 'Name', value: (identity: Identity) => identity.name },
    { title: 'Client id', value: (identity: Identity) => identity.clientId },
    { title: 'Client secret', value: (identity: Identity) => identity.clientSecret },
    { title: 'Id', value: (identity: Identity) => identity.id },
  ],
}

export function addIdentityCommands(program: Command, context: Context): void {
  const noun = program
    .command('identity')
    .summary('create service identities for programs')
    .description('Service identities: programs that log in with a client id and a secret, and hold roles.')
    .addHelpText(
      'after',
      `
Examples:
  $ croft identity create deploy
  $ croft role add workspace-editor --identity deploy --at "workspace:My Workspace"`,
    )

  addIdentityOptions(
    noun.command('create <name>').description('Create one. Quiet prints its client id and its secret.'),
  ).action(async (name: string, options: IdentityOptions) => {
    const { api, writer } = openSession(context, options, 'platform')
    const { id: organizationId } = await findOrganization(api, options.organization)
    writer.record(await api.post<Identity>('/service-identities', { name, organizationId }), WITH_SECRET)
    writer.note('The client secret is shown only now.')
    writer.note(`It may do nothing yet: croft role add ROLE --identity ${name} --at SCOPE`)
  })

  addIdentityOptions(noun.command('list').alias('ls').description('List them; never their secrets.')).action(
    async (options: IdentityOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      const { id: organizationId } = await findOrganization(api, options.organization)
      writer.list(await api.list<Identity>('/service-identities', { organizationId }), {
        key: (identity) => identity.id,
        empty: 'No service identities. Create one: croft identity create NAME',
        fields: [
          { title: 'Name', value: (identity) => identity.name },
          { title: 'Client id', value: (identity) => identity.clientId },
          { title: 'State', value: (identity) => (identity.enabled ? 'on' : 'off') },
          { title: 'Last used', value: (identity) => formatTime(identity.lastUsedAt) ?? 'never' },
          { title: 'Id', value: (identity) => identity.id },
        ],
      })
    },
  )

  addIdentityOptions(
    noun.command('regenerate <identity>').description('Give one another client id and another secret.'),
  )
    .option('-y, --yes', 'do not ask')
    .action(async (nameOrId: string, options: IdentityOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      const { id, name } = await findIdentity(api, nameOrId, options.organization)
      const question = `Another secret for ${name}? The old one, and all tokens had for it, end at once.`
      await confirm(context, question, options.yes ?? false)
      writer.record(await api.post<Identity>(`/service-identities/${id}/regenerate`, {}), WITH_SECRET)
      writer.note('The client secret is shown only now.')
    })

  addIdentityOptions(
    noun.command('delete <identity>').alias('rm').description('Delete one, with its tokens and roles.'),
  )
    .option('-y, --yes', 'do not ask')
    .action(async (nameOrId: string, options: IdentityOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      const { id, name } = await findIdentity(api, nameOrId, options.organization)
      await confirm(context, `Delete ${name}? What uses it stops working.`, options.yes ?? false)
      await api.remove(`/service-identities/${id}`)
      writer.note(`Deleted ${name}.`)
    })
}
