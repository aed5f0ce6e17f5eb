import { randomUUID } from 'node:crypto'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { holdOrder } from '../plans/index.ts'
import { DEFAULT_REGION } from '../targets/index.ts'
import { getProject, lockProject, resolveBranch } from '../tenancy/index.ts'
import { findMade, type Made } from './find-made.ts'
import { getDatabase } from './get-database.ts'
import { holdName } from './hold-name.ts'
import { holdSource } from './hold-source.ts'
import { insertDatabase } from './insert-database.ts'
import {
  type DatabasePlan,
  type DatabaseWish,
  DEFAULT_ENGINE,
  DEFAULT_SIZE,
  planDatabase,
} from './plan-database.ts'
import { type CreatedDatabase, settle } from './settle.ts'

export interface CreateDatabaseDeps {
  readonly db: Db
  readonly signals: Signals
  readonly sealer: Sealer
  readonly defaults: {
    readonly idleTimeoutSeconds: number
    readonly backupRetentionDays: number
    readonly backupEncryption: boolean
    /** How long what a deleted database was can be brought back. */
    readonly deletedRetentionDays: number
    /** How long to wait for `ready` before answering `provisioning`. */
    readonly provisionWaitMs: number
  }
}

export interface CreateDatabaseInput extends DatabaseWish {
  /** A new one unless given. */
  readonly id?: string | undefined
  /** `database-<4 characters>` unless given. */
  readonly name?: string | undefined
  readonly isDefault?: boolean | undefined
  readonly branchId?: string | undefined
  /** Made when the project has no branch of this name. */
  readonly branchName?: string | undefined
  readonly logicalId?: string | undefined
  readonly idleTimeoutSeconds?: number | undefined
  readonly planId?: string | undefined
  readonly environmentId?: string | undefined
  /** Whether clients must use TLS. */
  readonly tlsRequired?: boolean | undefined
  /** Its isolation group on the host: a namespace's id. Those without one are a group of their own. */
  readonly namespace?: string | undefined
  /** Refuses a name that another database of the workspace has in the same environment, quarantined ones too. */
  readonly uniqueIn?: 'environment' | undefined
}

/** Makes a database and, within a few seconds, answers it `ready`: a login with its credential has succeeded. */
export async function createDatabase(
  deps: CreateDatabaseDeps,
  call: Call,
  input: CreateDatabaseInput,
): Promise<CreatedDatabase> {
  const id = call.resourceId
  const { workspace } = await getProject(deps.db, call, input.projectId)
  authorizeCreation(call, input, workspace.id)
  const before = await madeBefore(deps.db, call, 'databases')
  if (before) {
    await getDatabase(deps.db, call, before)
    const earlier = await findMade(deps, { databaseId: before })
    if (earlier) return settle(deps, earlier)
    throw new CroftError('database-not-found', 'The login that this call made has been deleted since.')
  }
  const plan = await planDatabase(deps.db, call, input)
  const made = await transact(deps.db, async (tx) => {
    // Again: it may have been deleted or moved meanwhile.
    const { workspaceId } = await lockProject(tx, call, input.projectId, 'read')
    authorizeCreation(call, input, workspaceId, plan)
    return writeDatabase(tx, deps, call, { ...input, id, workspaceId }, plan)
  })
  return settle(deps, made)
}

/** Once before anything is looked up for the caller, and once with all that is known then. */
export function authorizeCreation(
  call: Call,
  input: Pick<CreateDatabaseInput, 'projectId' | 'name' | 'engine' | 'region' | 'size' | 'branchId'>,
  workspaceId: string,
  plan?: DatabasePlan,
): void {
  authorize(call.principal, 'create', 'databases', {
    id: '',
    workspaceId,
    projectId: input.projectId,
    name: input.name ?? '',
    engine: plan?.engine ?? input.engine ?? DEFAULT_ENGINE,
    region: plan?.region ?? input.region ?? DEFAULT_REGION,
    size: plan?.size.id ?? input.size ?? DEFAULT_SIZE,
    branchId: input.branchId ?? null,
  })
}

/** Writes what was planned into the caller's transaction, which holds the project's lock and has authorized it. */
export async function writeDatabase(
  tx: Executor,
  deps: CreateDatabaseDeps,
  call: Call,
  input: CreateDatabaseInput & { readonly workspaceId: string },
  plan: DatabasePlan,
): Promise<Made> {
  await holdSource(tx, plan.source, plan.origin)
  if (input.isDefault) await refuseSecondDefault(tx, input.projectId)
  const { planId = null, environmentId = null } = input
  await holdOrder(tx, { planId, environmentId, engine: plan.engine, size: plan.size.id })
  if (input.uniqueIn === 'environment') await holdName(tx, input)
  const branchId = await resolveBranch(tx, call, input)
  const id = await insertDatabase(tx, deps, call, {
    id: input.id,
    workspaceId: input.workspaceId,
    projectId: input.projectId,
    branchId,
    name: input.name ?? `database-${randomUUID().slice(0, 4)}`,
    logicalId: input.logicalId ?? null,
    isDefault: input.isDefault ?? false,
    engine: plan.engine,
    version: plan.placement.version,
    size: plan.size.id,
    region: plan.region,
    targetId: plan.placement.targetId,
    source: plan.source,
    origin: plan.origin,
    idleTimeoutSeconds: input.idleTimeoutSeconds ?? deps.defaults.idleTimeoutSeconds,
    connectionLimit: plan.size.connection_limit,
    backupRetentionDays: deps.defaults.backupRetentionDays,
    backupEncryption: deps.defaults.backupEncryption,
    login: plan.login,
    firstUser: input.firstUser,
    databaseName: plan.databaseName,
    overrides: input.overrides ?? {},
    tlsRequired: input.tlsRequired ?? false,
    namespace: input.namespace ?? null,
    planId,
    environmentId,
  })
  return { id, password: plan.login.password }
}

async function refuseSecondDefault(tx: Executor, projectId: string): Promise<void> {
  const other = await tx
    .selectFrom('databases')
    .select('id')
    .where('project_id', '=', projectId)
    .where('is_default', '=', true)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (other) throw new CroftError('default-database-exists', 'Default database already exists')
}
