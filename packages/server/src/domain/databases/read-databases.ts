import type { GatewayAddress, Hello, ObservedInstance } from '@croft/protocol'
import { type CompiledQuery, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Executor } from '../../platform/db/connect.ts'
import { type Address, engineOf } from '../engines/index.ts'
import type { Credential, Database, Source } from './entities.ts'
import { NAMESPACE_ID } from './subjects.ts'

type Agent = Pick<Hello, 'gateways'> | null
type Observed = Pick<ObservedInstance, 'port'> | null

/** The gateway of an engine, from what its agent said of itself. */
function sharedAddress(engine: string, tlsRequired: boolean, agent: Agent): Address | null {
  const gateway: GatewayAddress | undefined = agent?.gateways.find((each) => each.engine === engine)
  if (!gateway) return null
  return { host: gateway.host, port: gateway.port, sslmode: tlsRequired ? 'require' : gateway.sslmode }
}

/** The port of an instance's own, on the host of its engine's gateway. */
function ownAddress(engine: string, tlsRequired: boolean, agent: Agent, observed: Observed): Address | null {
  const shared = sharedAddress(engine, tlsRequired, agent)
  return shared && observed?.port !== undefined ? { ...shared, port: observed.port } : null
}

/** Where a login is found. */
export function addressOf(
  { engine, chosen, tls_required: tls }: { engine: string; chosen: boolean; tls_required: boolean },
  agent: Agent,
  observed: Observed,
): Address | null {
  return chosen ? ownAddress(engine, tls, agent, observed) : sharedAddress(engine, tls, agent)
}

export const databaseNameOf = (row: { engine: string; database_name: string | null }): string =>
  row.database_name ?? engineOf(row.engine).usualDatabase

/**
 * Databases with all that any presenter shows, in one round trip. Callers add conditions on `databases`,
 * `projects` and an order.
 */
export function selectDatabases(db: Executor) {
  return db
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .innerJoin('instances', 'instances.database_id', 'databases.id')
    .innerJoin('targets', 'targets.id', 'instances.target_id')
    .where('databases.deleted_at', 'is', null)
    .selectAll('databases')
    .select([
      'projects.name as project_name',
      'projects.workspace_id',
      'instances.observed',
      'targets.id as target_id',
      'targets.name as target_name',
      'targets.agent',
    ])
    .select(NAMESPACE_ID.as('namespace_id'))
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('credentials')
          .whereRef('credentials.database_id', '=', 'databases.id')
          .where('credentials.deleted_at', 'is', null)
          .orderBy('credentials.id')
          .select(['credentials.id', 'credentials.name', 'credentials.role_name', 'credentials.chosen'])
          .select(sql<string>`credentials.created_at`.as('created_at')),
      ).as('credentials'),
    )
}

type Row = Awaited<ReturnType<ReturnType<typeof selectDatabases>['execute']>>[number]

export function toDatabase(row: Row): Database {
  const observed: ObservedInstance | null = row.observed
  const { tls_required: tls } = row
  const own = row.own_port ? ownAddress(row.engine, tls, row.agent, observed) : null
  const databaseName = databaseNameOf(row)
  const database = { id: row.id, name: row.name }
  const credentials: Credential[] = row.credentials.map((credential) => ({
    id: credential.id,
    name: credential.name,
    roleName: credential.role_name,
    chosen: credential.chosen,
    engine: row.engine,
    databaseName,
    database,
    workspaceId: row.workspace_id,
    projectId: row.project_id,
    namespaceId: row.namespace_id,
    address: addressOf({ ...row, chosen: credential.chosen }, row.agent, observed),
    createdAt: new Date(credential.created_at),
  }))
  return {
    id: row.id,
    name: row.name,
    logicalId: row.logical_id,
    workspaceId: row.workspace_id,
    project: { id: row.project_id, name: row.project_name },
    branchId: row.branch_id,
    namespaceId: row.namespace_id,
    isDefault: row.is_default,
    engine: row.engine,
    version: row.version,
    size: row.size,
    region: row.region,
    state: row.state,
    stateMessage: row.state_message,
    source: row.source as Source,
    idleTimeoutSeconds: row.idle_timeout_seconds,
    connectionLimit: row.connection_limit,
    backupRetentionDays: row.backup_retention_days,
    databaseName,
    address: sharedAddress(row.engine, tls, row.agent),
    ownPort: own?.port ?? null,
    ownAddress: own,
    overrides: row.overrides,
    tlsRequired: tls,
    planId: row.plan_id,
    environmentId: row.environment_id,
    quarantinedAt: row.quarantined_at,
    target: { id: row.target_id, name: row.target_name },
    power: observed?.power ?? null,
    progress: observed?.progress ?? null,
    createdAt: row.created_at,
    readyAt: row.ready_at,
    credentials,
  }
}

/** The read of every request about one database; building it each time took longer than the rest of its handler. */
let compiled: CompiledQuery<Row> | undefined

/** One database, or undefined when there is none with this id. Authorizes nothing. */
export async function findDatabase(db: Executor, id: string): Promise<Database | undefined> {
  compiled ??= selectDatabases(db).where('databases.id', '=', id).compile()
  const { rows } = await db.executeQuery<Row>({ ...compiled, parameters: [id] })
  const [row] = rows
  return row && toDatabase(row)
}
