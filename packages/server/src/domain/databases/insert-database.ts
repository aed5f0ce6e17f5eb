import type { Executor } from '../../platform/db/connect.ts'
import type { StoredOrigin } from '../../platform/db/stored-messages.ts'
import type { DatabaseOverrides } from '../../platform/db/tables.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { newBackupKey } from '../targets/index.ts'
import type { Source } from './entities.ts'
import { insertCredential } from './insert-credential.ts'
import { rethrowTaken } from './logical-id-taken.ts'
import type { NewPassword } from './new-login.ts'

export interface NewDatabase {
  /** A new one unless given. */
  readonly id: string | undefined
  readonly workspaceId: string
  readonly projectId: string
  readonly branchId: string | null
  readonly name: string
  readonly logicalId: string | null
  readonly isDefault: boolean
  readonly engine: string
  readonly version: string
  readonly size: string
  readonly region: string
  readonly targetId: string
  readonly source: Source
  readonly origin: StoredOrigin
  readonly idleTimeoutSeconds: number
  readonly connectionLimit: number
  readonly backupRetentionDays: number
  /** Whether what is stored of it is encrypted with its own key. */
  readonly backupEncryption: boolean
  /** Made before the transaction: deriving it takes a millisecond or two. */
  readonly login: NewPassword
  /** The first login's name, when somebody chose it. */
  readonly firstUser: string | undefined
  /** Null for the usual one of the engine. */
  readonly databaseName: string | null
  readonly overrides: DatabaseOverrides
  readonly tlsRequired: boolean
  readonly namespace: string | null
  readonly planId: string | null
  readonly environmentId: string | null
}

/** Writes a database with its instance and first credential, and asks the agent for it. Returns its id. */
export async function insertDatabase(
  tx: Executor,
  deps: { signals: Signals; sealer: Sealer },
  call: Call,
  wanted: NewDatabase,
): Promise<string> {
  const id = wanted.id ?? newId()
  const instanceId = newId()
  await tx
    .insertInto('databases')
    .values({
      id,
      project_id: wanted.projectId,
      branch_id: wanted.branchId,
      name: wanted.name,
      logical_id: wanted.logicalId,
      is_default: wanted.isDefault,
      engine: wanted.engine,
      version: wanted.version,
      size: wanted.size,
      region: wanted.region,
      state: 'provisioning',
      source: { ...wanted.source },
      idle_timeout_seconds: wanted.idleTimeoutSeconds,
      connection_limit: wanted.connectionLimit,
      backup_retention_days: wanted.backupRetentionDays,
      backup_encryption: wanted.backupEncryption,
      backup_key: newBackupKey(deps.sealer, id),
      database_name: wanted.databaseName,
      own_port: wanted.firstUser !== undefined,
      overrides: wanted.overrides,
      tls_required: wanted.tlsRequired,
      plan_id: wanted.planId,
      environment_id: wanted.environmentId,
    })
    .execute()
    .catch(rethrowTaken)
  await tx
    .insertInto('instances')
    .values({
      id: instanceId,
      database_id: id,
      target_id: wanted.targetId,
      presence: 'present',
      origin: wanted.origin,
      namespace: wanted.namespace,
    })
    .execute()
  await insertCredential(tx, deps.sealer, {
    databaseId: id,
    name: 'Default',
    login: wanted.login,
    user: wanted.firstUser,
  })
  await recordEvent(tx, call, {
    workspaceId: wanted.workspaceId,
    action: 'database.created',
    subjectType: 'database',
    subjectId: id,
    after: {
      name: wanted.name,
      projectId: wanted.projectId,
      engine: wanted.engine,
      version: wanted.version,
      size: wanted.size,
      region: wanted.region,
      source: wanted.source,
      ...(wanted.environmentId === null ? {} : { environmentId: wanted.environmentId }),
      ...(Object.keys(wanted.overrides).length === 0 ? {} : { overrides: wanted.overrides }),
      ...(wanted.tlsRequired ? { tlsRequired: true } : {}),
      ...(wanted.planId === null ? {} : { planId: wanted.planId }),
    },
  })
  await deps.signals.send(tx, 'instance', `${wanted.targetId}:${instanceId}`)
  return id
}
