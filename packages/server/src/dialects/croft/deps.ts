import type { FastifyRequest } from 'fastify'
import type { Access, People } from '../../domain/access/index.ts'
import type { BackupTargets } from '../../domain/backup-targets/index.ts'
import type { Backups } from '../../domain/backups/index.ts'
import type { Databases } from '../../domain/databases/index.ts'
import type { Engines } from '../../domain/engines/index.ts'
import type { Environments } from '../../domain/environments/index.ts'
import type { Events } from '../../domain/events/index.ts'
import type { Keys } from '../../domain/keys/index.ts'
import type { Plans } from '../../domain/plans/index.ts'
import type { Recovery } from '../../domain/recovery/index.ts'
import type { Targets } from '../../domain/targets/index.ts'
import type { Tenancy } from '../../domain/tenancy/index.ts'
import type { IdempotencyOptions } from '../../platform/http/index.ts'

/** What our own API's operations call. */
export interface CroftDeps {
  readonly access: Access
  readonly people: People
  readonly tenancy: Tenancy
  readonly databases: Databases
  readonly backups: Backups
  readonly backupTargets: BackupTargets
  readonly recovery: Recovery
  readonly targets: Targets
  readonly engines: Engines
  readonly plans: Plans
  readonly environments: Environments
  readonly events: Events
  readonly keys: Keys
  /** The origin that clients use, without a slash at the end. */
  readonly originOf: (request: FastifyRequest) => string
  /** Where answers to requests with an Idempotency-Key are kept. */
  readonly idempotency: Pick<IdempotencyOptions, 'db' | 'sealer'>
}
