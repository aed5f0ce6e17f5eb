import type { Command } from 'commander'
import type { Invitation } from '../client/resources.ts'
import { findScope, SCOPE_FORM, scopeBody } from '../client/scope.ts'
import type { Context } from '../context.ts'
import { formatTime } from '../output/format.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

export function addInviteCommand(program: Command, context: Context): void {
  const command = program
    .command('invite <email>')
    .summary('invite somebody to a role')
    .description(
      'Invite somebody, who need not be a user yet, to a role. Prints the link, if no mail goes out.',
    )
    .requiredOption('--role <role>', 'one of `croft role kinds`')
    .requiredOption('--at <scope>', `where: ${SCOPE_FORM}`)
    .addHelpText(
      'after',
      '\nExamples:\n  $ croft invite ann@example.com --role database-reader --at database:shop',
    )
  addSessionOptions(command).action(
    async (email: string, options: SessionOptions & { role: string; at: string }) => {
      const { api, writer } = openSession(context, options, 'platform')
      const { role } = options
      const scope = scopeBody(await findScope(api, options.at))
      const invitation = await api.post<Invitation>('/invitations', { email, role, scope })
      const { link, expiresAt } = invitation
      if (writer.options.output === 'json') writer.record(invitation, { key: ({ id }) => id, fields: [] })
      else if (link) context.out.write(`${link}\n`)
      const until = formatTime(expiresAt)
      writer.note(
        link
          ? `Pass the link on to ${invitation.email}: it is shown only now and good until ${until}.`
          : `A mail to ${invitation.email} goes out; its link is good until ${until}.`,
      )
    },
  )
}
