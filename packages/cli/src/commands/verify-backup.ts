import type { Backup } from '../client/backup-resources.ts'
import { waitFor } from '../client/wait.ts'
import { CliFault } from '../fault.ts'
import { formatSeconds } from '../output/format.ts'
import { BACKUP } from './backup-fields.ts'
import { type Session, withStep } from './session.ts'
import type { WaitOptions } from './wait-options.ts'

const isDone = ({ verification }: Backup) =>
  verification?.state !== 'pending' && verification?.state !== 'running'

/** `croft backup verify`. A backup that fails is a fault. */
export async function verifyBackup(session: Session, id: string, options: WaitOptions): Promise<void> {
  const { api, writer } = session
  const path = `/backups/${encodeURIComponent(id)}`
  const step = session.step('Restoring the backup to a scratch server and checking it')
  const backup = await withStep(
    step,
    async () => {
      const begun = await api.post<Backup>(`${path}/verify`, {})
      if (!options.wait) return begun
      const done = await waitFor(begun, () => api.get<Backup>(path), isDone, {
        seconds: options.timeout,
        what: 'The verification',
        onChange: ({ progress }) => {
          if (progress) step.progress(progress)
        },
      })
      if (done.verification?.state === 'passed') return done
      throw new CliFault(
        `The backup failed its verification: ${done.verification?.error ?? 'no reason was given'}`,
        {
          hint: 'Make another one: croft backup create DATABASE. This one is kept, and restored with --force only.',
        },
      )
    },
    ({ verification }) => {
      if (verification?.state !== 'passed') return 'The backup waits for its verification'
      const { durationMs, relations } = verification
      const took = durationMs === null ? '' : ` in ${formatSeconds(durationMs / 1000)}`
      return `The backup restores${took}${relations === null ? '' : `; ${relations} tables and indexes are whole`}`
    },
  )
  writer.record(backup, BACKUP)
}
