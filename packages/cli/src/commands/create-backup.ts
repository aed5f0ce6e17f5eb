import type { Backup } from '../client/backup-resources.ts'
import { findDatabase } from '../client/find-database.ts'
import { waitFor } from '../client/wait.ts'
import { CliFault } from '../fault.ts'
import { BACKUP } from './backup-fields.ts'
import { type Session, withStep } from './session.ts'
import type { WaitOptions } from './wait-options.ts'

/** `croft backup create`. */
export async function createBackup(session: Session, name: string, options: WaitOptions): Promise<void> {
  const { api, writer } = session
  const database = await findDatabase(api, name)
  const step = session.step(`Backing up ${database.name}`)
  const backup = await withStep(
    step,
    async () => {
      const started = await api.post<Backup>(`/databases/${database.id}/backups`, {})
      if (!options.wait) return started
      const done = await waitFor(
        started,
        () => api.get<Backup>(`/backups/${started.id}`),
        (now) => now.state !== 'running',
        {
          seconds: options.timeout,
          what: 'The backup',
          onChange: (now) => {
            if (now.progress) step.progress(now.progress)
          },
        },
      )
      if (done.state === 'failed')
        throw new CliFault(`The backup failed: ${done.error ?? 'no reason was given'}`)
      return done
    },
    (made) =>
      made.state === 'skipped'
        ? `Nothing has changed in ${database.name} since its last backup`
        : `Backup of ${database.name} is ${made.state}`,
  )
  writer.record(backup, BACKUP)
}
