import type { Executor } from '../../platform/db/connect.ts'

/** The targets that are made of credentials, in the order in which they are to be held. */
export async function targetsOf(
  tx: Executor,
  credentialsId: string,
): Promise<{ id: string; bucket: string; region: string }[]> {
  return tx
    .selectFrom('credentialed_targets')
    .innerJoin('backup_targets', 'backup_targets.id', 'credentialed_targets.backup_target_id')
    .select(['backup_targets.id', 'credentialed_targets.bucket', 'credentialed_targets.region'])
    .where('credentialed_targets.backup_credentials_id', '=', credentialsId)
    .where('backup_targets.deleted_at', 'is', null)
    .orderBy('backup_targets.id')
    .execute()
}
