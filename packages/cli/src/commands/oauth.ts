import type { Command } from 'commander'
import type { OAuthApplication } from '../client/resources.ts'
import type { Context } from '../context.ts'
import { confirm } from '../output/confirm.ts'
import { formatTime } from '../output/format.ts'
import type { Field } from '../output/table.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface CreateOptions extends SessionOptions {
  readonly redirectUri: string[]
  readonly public?: boolean
}

const MADE: readonly Field<OAuthApplication>[] = [
  { title: 'Name', value: (application) => application.name },
  { title: 'Client id', value: (application) => application.clientId },
  { title: 'Client secret', value: (application) => application.clientSecret },
  { title: 'Redirect URIs', value: (application) => application.redirectUris.join(' ') },
  { title: 'Id', value: (application) => application.id },
]

export function addOAuthCommands(program: Command, context: Context): void {
  const noun = program
    .command('oauth')
    .summary('register OAuth applications')
    .description('OAuth applications, which act for users who let them.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ croft oauth create "My CLI" --redirect-uri http://localhost/callback --public',
    )

  addSessionOptions(noun.command('create <name>').description('Register an application.'))
    .requiredOption('--redirect-uri <uri...>', 'where users are sent back to; matched exactly')
    .option('--public', 'it can keep no secret (a CLI, a browser app): PKCE instead')
    .action(async (name: string, options: CreateOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      const application = await api.post<OAuthApplication>('/oauth-applications', {
        name,
        redirectUris: options.redirectUri,
        confidential: !options.public,
      })
      writer.record(application, { key: (made) => made.clientId, fields: MADE })
      if (application.clientSecret) writer.note('The client secret is shown only now.')
    })

  addSessionOptions(noun.command('list').alias('ls').description('List applications.')).action(
    async (options: SessionOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      writer.list(await api.list<OAuthApplication>('/oauth-applications'), {
        key: (application) => application.id,
        empty: 'No OAuth applications.',
        fields: [
          { title: 'Name', value: (application) => application.name },
          { title: 'Type', value: (application) => (application.confidential ? 'confidential' : 'public') },
          { title: 'Client id', value: (application) => application.clientId },
          { title: 'Created', value: (application) => formatTime(application.createdAt) },
          { title: 'Id', value: (application) => application.id },
        ],
      })
    },
  )

  addSessionOptions(
    noun.command('delete <id>').alias('rm').description('Delete an application and its grants.'),
  )
    .option('-y, --yes', 'do not ask')
    .action(async (id: string, options: SessionOptions & { yes?: boolean }) => {
      const { api, writer } = openSession(context, options, 'platform')
      await confirm(context, `Delete ${id}? Whoever logged in with it is logged out.`, options.yes ?? false)
      await api.remove(`/oauth-applications/${encodeURIComponent(id)}`)
      writer.note(`Deleted ${id}.`)
    })
}
