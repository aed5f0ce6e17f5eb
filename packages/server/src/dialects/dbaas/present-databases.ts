import type { Call } from '../../domain/access/index.ts'
import type { Database as Found } from '../../domain/databases/index.ts'
import { engineOf } from '../../domain/engines/index.ts'
import type { DbaasDeps } from './deps.ts'
import type { Hyperlinks } from './hyperlinks.ts'
import { readNumbers } from './numbers.ts'
import { presentLaterCredential } from './present-credential.ts'
import type { DatabaseBody } from './schemas/database.ts'

/** In the words that the API's later versions had for it. */
const STATUSES = {
  provisioning: 'Initializing',
  ready: 'Alive',
  recovering: 'Initializing',
  failed: 'Alert',
  deleting: 'Dead',
  deleted: 'Dead',
} as const

/** Through the port of its own, when there is a user whose name was chosen: such are not found elsewhere. */
function endpointOf({ engine, databaseName, address, ownAddress, credentials }: Found): string | null {
  const where = credentials.some(({ chosen }) => chosen) ? ownAddress : (ownAddress ?? address)
  if (where === null) return null
  const login = { role: '<user>', password: '<password>' }
  return engineOf(engine).connectionString({ ...login, address: where, database: databaseName })
}

/** The bodies of databases, by id: all that they name is read at once. */
export async function presentDatabases(
  deps: DbaasDeps,
  call: Call,
  { links, version }: { readonly links: Hyperlinks; readonly version: 1 | 2 },
  databases: readonly Found[],
): Promise<(database: Found) => DatabaseBody> {
  const [storage, unassigned, choices, engines] = await Promise.all([
    deps.databases.readStorage(databases),
    deps.projects.whichUnassigned(databases.map(({ project }) => project.id)),
    deps.plans.plansOf(databases),
    version === 2 ? deps.engines.listEngines(call) : [],
  ])
  const engineVersion = ({ engine, version }: Found): string | null =>
    engines.find(({ name }) => name === engine)?.versions.find((each) => each.version === version)?.id ?? null
  const numbers = await readNumbers(deps.aliases, links, [
    ...databases.flatMap((database) => [
      database.id,
      database.project.id,
      database.workspaceId,
      engineVersion(database),
      ...database.credentials.map(({ id }) => id),
    ]),
    ...Array.from(choices.values()).flatMap(({ planId, environmentId }) => [planId, environmentId]),
  ])
  return (database) => {
    const choice = choices.get(database.id)
    const { limitBytes, usedBytes } = storage.get(database.id) ?? { limitBytes: null, usedBytes: null }
    const body = {
      _links: { self: numbers.link('database', database.id) },
      id: numbers.of(database.id),
      name: database.name,
      endpoint: endpointOf(database),
      plan: numbers.linkOrNull('plan', choice?.planId ?? null),
      environment: numbers.linkOrNull('environment', choice?.environmentId ?? null),
      project: unassigned.has(database.project.id) ? null : numbers.link('project', database.project.id),
      quarantine_dt: database.quarantinedAt?.toISOString().slice(0, 10) ?? null,
      total_size_in_bytes: limitBytes ?? 0,
      used_size_in_bytes: usedBytes,
    }
    const { credentials } = database
    if (version === 1)
      return { ...body, credentials: credentials.map(({ id }) => numbers.link('credential', id)) }
    return {
      ...body,
      credentials: credentials.map((credential) => presentLaterCredential(numbers, credential)),
      team: numbers.link('team', database.workspaceId),
      status: STATUSES[database.state],
      engine: numbers.linkOrNull('engine', engineVersion(database)),
      created_at: database.createdAt.toISOString(),
    }
  }
}

export async function presentDatabase(
  deps: DbaasDeps,
  input: { readonly call: Call; readonly links: Hyperlinks; readonly version: 1 | 2 },
  database: Found,
): Promise<DatabaseBody> {
  return (await presentDatabases(deps, input.call, input, [database]))(database)
}
