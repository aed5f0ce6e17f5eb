import { KNOWN_DATA_SERVICES } from '../catalogue/index.ts'
import { capabilityOf } from '../deployment-targets/index.ts'

/** What a backup, an image and a deployment target need, by capability the least version of each. */
export interface RestoreCondition {
  readonly backup_job: Readonly<Record<string, string>>
  readonly image: Readonly<Record<string, string>>
  readonly target_cluster: Readonly<Record<string, string>>
}

/** By data service, what can be restored; those that Croft only knows by name are missing. */
export function restorability(): Readonly<Record<string, readonly RestoreCondition[]>> {
  return Object.fromEntries(
    KNOWN_DATA_SERVICES.flatMap(({ name, engine, hasFullBackup }) =>
      engine === null || !hasFullBackup
        ? []
        : [
            [
              name,
              [
                {
                  backup_job: { backup: 'v2' },
                  image: { pds_restore: 'v1' },
                  target_cluster: { restore: 'v1', [capabilityOf(engine)]: 'v2' },
                },
              ],
            ],
          ],
    ),
  )
}
