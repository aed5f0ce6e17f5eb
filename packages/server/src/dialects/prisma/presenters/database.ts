import type { Static } from 'typebox'
import type {
  CreatedDatabase,
  Database,
  DatabaseState,
  RestoreSource,
  Source,
} from '../../../domain/databases/index.ts'
import { REGIONS } from '../../../domain/targets/index.ts'
import { showId } from '../ids.ts'
import { type Links, refer } from '../links.ts'
import type * as schemas from '../schemas/database.ts'
import {
  presentApiKey,
  presentConnection,
  presentConnectionOfNewDatabase,
  presentDirectConnection,
} from './connection.ts'

const STATUS = {
  provisioning: 'provisioning',
  ready: 'ready',
  recovering: 'recovering',
  failed: 'failure',
  // Lists leave it out; who holds one from before must not take it for usable.
  deleting: 'failure',
  deleted: 'failure',
} as const satisfies Record<DatabaseState, string>

/** Of a restore to a moment it says only which database: the original API knows of no moments. */
function presentRestoreSource(source: RestoreSource) {
  const databaseId = showId('database', source.databaseId)
  return source.type === 'database'
    ? { type: source.type, databaseId }
    : { type: source.type, databaseId, backupId: showId('backup', source.backupId) }
}

const presentSource = (source: Source) => (source.type === 'empty' ? source : presentRestoreSource(source))

function presentRegion(id: string) {
  return { id, name: REGIONS.find((region) => region.id === id)?.name ?? id }
}

function base(links: Links, database: Database) {
  const [first] = database.credentials
  return {
    ...links.self('database', database.id),
    type: 'database' as const,
    name: database.name,
    createdAt: database.createdAt.toISOString(),
    isDefault: database.isDefault,
    defaultConnectionId: database.readyAt !== null && first ? showId('connection', first.id) : null,
    region: presentRegion(database.region),
    source: presentSource(database.source),
    branchId: database.branchId === null ? null : showId('branch', database.branchId),
    logicalId: database.logicalId,
  }
}

export function presentDatabase(links: Links, database: Database): Static<typeof schemas.Database> {
  return {
    ...base(links, database),
    status: STATUS[database.state],
    connections: database.credentials.map((each) => presentConnection(links, each)),
    project: refer(links, 'project', database.project),
  }
}

/** After a restore in place: its source is what the call named. */
export function presentRestoredDatabase(
  links: Links,
  database: Database,
  source: RestoreSource,
): Static<typeof schemas.RestoredDatabase> {
  return { ...presentDatabase(links, database), source: presentRestoreSource(source) }
}

export function presentNewDatabase(
  links: Links,
  { database, credential }: CreatedDatabase,
): Static<typeof schemas.NewDatabase> {
  return {
    ...base(links, database),
    status: STATUS[database.state],
    connections: [presentConnectionOfNewDatabase(links, credential)],
    project: refer(links, 'project', database.project),
  }
}

/** The answer of the two older create calls, with the fields of both versions of the API. */
export function presentDatabaseOfNewProject(
  links: Links,
  { database, credential }: CreatedDatabase,
): Static<typeof schemas.DatabaseOfNewProject> {
  return {
    ...base(links, database),
    status: database.state === 'ready' ? 'ready' : 'provisioning',
    connections: [presentConnectionOfNewDatabase(links, credential)],
    apiKeys: [presentApiKey(links, credential)],
    connectionString: credential.connectionString,
    directConnection: presentDirectConnection(credential),
  }
}

export function presentLegacyNewDatabase(
  links: Links,
  created: CreatedDatabase,
): Static<typeof schemas.LegacyNewDatabase> {
  return {
    ...presentDatabaseOfNewProject(links, created),
    project: refer(links, 'project', created.database.project),
  }
}
