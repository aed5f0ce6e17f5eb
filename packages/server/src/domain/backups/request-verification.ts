import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { addJob } from '../../platform/queue/index.ts'
import { VERIFY_JOB } from './hand-out-verifications.ts'

/** Has a completed backup verified, unless that is under way or, without `again`, was done. True when it will be. */
export async function requestVerification(
  tx: Executor,
  backupId: string,
  options: { again: boolean },
): Promise<boolean> {
  const asked = await tx
    .updateTable('backups')
    .set({
      verification: 'pending',
      verified_at: null,
      verification_result: null,
      verification_tries: 0,
      // Until it passes, it is what it was found to be.
      verification_error: sql`case when found_bad then verification_error end`,
    })
    .where('id', '=', backupId)
    .where('state', '=', 'completed')
    .where('verification', 'in', options.again ? ['none', 'pending', 'passed', 'failed'] : ['none'])
    .returning('id')
    .executeTakeFirst()
  if (asked) await addJob(tx, VERIFY_JOB, {}, { key: VERIFY_JOB })
  return asked !== undefined
}
