import { randomUUID } from 'node:crypto'
import type { Origin } from '@croft/protocol'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { DEFAULT_REGION, type Placement, placeInstance, REGIONS } from '../targets/index.ts'
import { lockProject, resolveBranch } from '../tenancy/index.ts'
import { withPassword } from './credential-view.ts'
import type { CredentialWithPassword, Database, Source } from './entities.ts'
import { findSource } from './find-source.ts'
import { insertDatabase } from './insert-database.ts'
import { newPassword } from './new-login.ts'
import { findDatabase } from './read-databases.ts'
import { waitUntil } from './wait.ts'

export interface CreateDatabaseDeps {
  readonly db: Db
  readonly signals: Signals
  readonly sealer: Sealer
  readonly defaults: {
    readonly idleTimeoutSeconds: number
    readonly backupRetentionDays: number
    /** How long to wait for `ready` before answering `provisioning`. */
    readonly provisionWaitMs: number
  }
}

export interface CreateDatabaseInput {
  readonly projectId: string
  /** `database-<4 characters>` unless given. */
  readonly name?: string | undefined
  /** A region's id, or `inherit` for that of the project's default database. */
  readonly region?: string | undefined
  readonly isDefault?: boolean | undefined
  readonly source?: Source | undefined
  readonly branchId?: string | undefined
  /** Made when the project has no branch of this name. */
  readonly branchName?: string | undefined
  readonly logicalId?: string | undefined
  readonly engine?: string | undefined
  readonly version?: string | undefined
  readonly size?: string | undefined
  readonly idleTimeoutSeconds?: number | undefined
}

export interface CreatedDatabase {
  readonly database: Database
  readonly credential: CredentialWithPassword
}

const ENGINE = 'postgres'
const SIZE = 'nano'

async function findSize(db: Executor, id: string) {
  const size = await db.selectFrom('sizes').selectAll().where('id', '=', id).executeTakeFirst()
  if (size) return size
  const known = await db.selectFrom('sizes').select('id').orderBy('position').execute()
  throw new CroftError('size-not-found', `There is no size ${id}.`, {
    hint: `Sizes: ${known.map((each) => each.id).join(', ')}.`,
  })
}

function checkRegion(region: string): string {
  if (REGIONS.some((each) => each.id === region)) return region
  const known = REGIONS.map((each) => each.id).join(', ')
  throw new CroftError('invalid-input', `There is no region ${region}.`, {
    fields: [{ path: '/region', message: `must be one of ${known}, or inherit` }],
  })
}

async function inheritedRegion(db: Executor, projectId: string): Promise<string> {
  const row = await db
    .selectFrom('databases')
    .select('region')
    .where('project_id', '=', projectId)
    .where('is_default', '=', true)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.region ?? DEFAULT_REGION
}

/** Where it goes and what it starts from: a copy stays beside its source, of the same engine and version. */
async function plan(
  deps: CreateDatabaseDeps,
  call: Call,
  input: CreateDatabaseInput,
  region: string,
): Promise<{ placement: Placement; origin: Origin; engine: string }> {
  const source = input.source ?? { type: 'empty' }
  if (source.type === 'empty') {
    const engine = input.engine ?? ENGINE
    const placement = await placeInstance(deps.db, { region, engine, version: input.version })
    return { placement, origin: { type: 'empty' }, engine }
  }
  const found = await findSource(deps.db, call, source)
  if (input.version !== undefined && input.version !== found.version) {
    throw new CroftError(
      'invalid-input',
      `The source is ${found.engine} ${found.version}; a copy has its version.`,
      {
        fields: [{ path: '/version', message: `must be ${found.version} or left out` }],
      },
    )
  }
  const placement = { targetId: found.targetId, version: found.version }
  return { placement, origin: found.origin, engine: found.engine }
}

/**
 * Writes a new database into the caller's transaction, which holds the project's lock. `prepare` does what
 * may be done before: choosing a host and deriving the password.
 */
export async function prepareDatabase(deps: CreateDatabaseDeps, call: Call, input: CreateDatabaseInput) {
  const wanted = input.region ?? DEFAULT_REGION
  const region = wanted === 'inherit' ? await inheritedRegion(deps.db, input.projectId) : checkRegion(wanted)
  const [size, { placement, origin, engine }, login] = await Promise.all([
    findSize(deps.db, input.size ?? SIZE),
    plan(deps, call, input, region),
    newPassword(),
  ])
  return async (tx: Executor, workspaceId: string): Promise<{ id: string; password: string }> => {
    if (input.isDefault) await refuseSecondDefault(tx, input.projectId)
    const branchId = await resolveBranch(tx, call, { ...input, workspaceId })
    const id = await insertDatabase(tx, deps, call, {
      workspaceId,
      projectId: input.projectId,
      branchId,
      name: input.name ?? `database-${randomUUID().slice(0, 4)}`,
      logicalId: input.logicalId ?? null,
      isDefault: input.isDefault ?? false,
      engine,
      version: placement.version,
      size: size.id,
      region,
      targetId: placement.targetId,
      source: input.source ?? { type: 'empty' },
      origin,
      idleTimeoutSeconds: input.idleTimeoutSeconds ?? deps.defaults.idleTimeoutSeconds,
      connectionLimit: size.connection_limit,
      backupRetentionDays: deps.defaults.backupRetentionDays,
      login,
    })
    return { id, password: login.password }
  }
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

/** Waits, within the limit, until the new database is ready or has failed, and shows it with its password. */
export async function settle(
  deps: CreateDatabaseDeps,
  created: { id: string; password: string },
): Promise<CreatedDatabase> {
  const database = await waitUntil(
    deps.signals,
    created.id,
    deps.defaults.provisionWaitMs,
    () => findDatabase(deps.db, created.id),
    (state) => state?.state !== 'provisioning',
  )
  const [first] = database?.credentials ?? []
  if (!database || !first) {
    throw new CroftError('database-not-found', 'The database was deleted while it was being made.')
  }
  return { database, credential: withPassword(first, created.password) }
}

/** Makes a database and, within a few seconds, answers it `ready`: a login with its credential has succeeded. */
export async function createDatabase(
  deps: CreateDatabaseDeps,
  call: Call,
  input: CreateDatabaseInput,
): Promise<CreatedDatabase> {
  const prepared = await prepareDatabase(deps, call, input)
  const created = await transact(deps.db, async (tx) => {
    const project = await lockProject(tx, call, input.projectId, 'read')
    authorize(call.principal, 'create', 'Database', {
      id: '',
      workspaceId: project.workspaceId,
      projectId: project.id,
    })
    return prepared(tx, project.workspaceId)
  })
  return settle(deps, created)
}
