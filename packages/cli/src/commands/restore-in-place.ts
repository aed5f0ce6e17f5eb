import type { RecoveryWindow } from '../client/backup-resources.ts'
import type { Database } from '../client/resources.ts'
import { waitFor } from '../client/wait.ts'
import { CliFault } from '../fault.ts'
import { confirmName } from '../output/confirm.ts'
import { type Session, withStep } from './session.ts'
import type { WaitOptions } from './wait-options.ts'

export interface InPlace extends WaitOptions {
  readonly yes?: boolean
}

/**
 * Replaces a database's data, after its name was typed. `to` says by what, in words. The old data serves until the
 * new server has answered; when it does not, the fault says why.
 */
export async function restoreInPlace(
  session: Session,
  database: Database,
  source: Readonly<Record<string, unknown>>,
  to: string,
  options: InPlace,
): Promise<void> {
  const { api, context, writer } = session
  const { id, name } = database
  await confirmName(
    context,
    `"${name}" goes back to ${to}; what was written since is replaced, and sessions end.`,
    name,
    options.yes ?? false,
  )
  // By the server's clock: until then the present data can be had back.
  const { latest } = await api.get<RecoveryWindow>(`/databases/${id}/recovery-window`)
  const step = session.step(`Restoring ${name} to ${to}`)
  const result = await withStep(
    step,
    async () => {
      const begun = await api.post<Database>(`/databases/${id}/restore`, { source })
      if (!options.wait) return begun
      const done = await waitFor(
        begun,
        () => api.get<Database>(`/databases/${id}`),
        ({ state }) => state !== 'recovering',
        {
          seconds: options.timeout,
          what: 'The restore',
          onChange: (now) => {
            if (now.progress) step.progress(now.progress)
          },
        },
      )
      // The message stays after a restore that was rolled back; the database is ready with its old data.
      if (done.state === 'ready' && !done.stateMessage) return done
      throw new CliFault(`${name} was not restored: ${done.stateMessage ?? `its state is ${done.state}`}`)
    },
    ({ state }) => (state === 'ready' ? `${name} is restored to ${to}` : `${name} is ${state}`),
  )
  if (writer.options.output === 'json') writer.record(result, { key: () => id, fields: [] })
  if (latest !== null) writer.note(`Not what you wanted? croft database restore ${name} --at ${latest}`)
}
