import type { Call } from '../../../domain/access/index.ts'
import type { Database as Found } from '../../../domain/databases/index.ts'
import { engineOf } from '../../../domain/engines/index.ts'
import type { Plan } from '../../../domain/plans/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { DbaasDeps } from '../deps.ts'
import { fieldFault, NO_CAPACITY, NO_PERMISSION, tellAs } from '../errors.ts'
import { idByNumber } from '../numbers.ts'
import { type Input, operation } from '../operation.ts'
import { cutPage, presentPage, readPage } from '../pagination.ts'
import { presentDatabase, presentDatabases } from '../present-databases.ts'
import { readFilter } from '../read-filter.ts'
import { Database, DatabaseChanges, DatabasePage, DatabaseQuery, NewDatabase } from '../schemas/database.ts'
import { slugify } from '../slug.ts'
import { teamOf } from '../team-of.ts'
import { visible } from '../visible.ts'

const tag = 'Databases'
/** Who manages the quarantine sees what is in it. */
export const SIGHT = { quarantined: 'any' } as const
const LONGEST_NAME = 100
/** Of the first user, which is cut; a user that somebody asks for is refused instead. */
export const LONGEST_USER = 16

const conflict = (message: string): CroftError =>
  tellAs(new CroftError('database-not-ready', message), { status: 409, shape: 'error' })

async function findDatabase(
  { databases, aliases }: DbaasDeps,
  { call, id }: Pick<Input, 'call' | 'id'>,
  action: 'read' | 'update' | 'delete' = 'read',
): Promise<Found> {
  return databases.getDatabase(call, await idByNumber(aliases, 'database', id), action, SIGHT)
}

export const listDatabases = operation({
  tag,
  summary: 'List databases',
  description: 'All that the caller can see; those in quarantine too, for who manages that.',
  query: DatabaseQuery,
  status: 200,
  response: DatabasePage,
  async handle(input, deps) {
    const { call, links, query } = input
    const which = readPage(query)
    const filter = await readFilter(deps, call, query)
    const found =
      filter === null ? cutPage<Found>([], which) : await deps.databases.pageDatabases(call, which, filter)
    const present = await presentDatabases(deps, call, input, found?.items ?? [])
    return presentPage('database', links.url, found, which, present)
  },
})

/** What somebody who has chosen no plan was told, Python and all; clients look for it. */
const noChoice = (what: 'plan' | 'environment'): CroftError =>
  fieldFault({ error: `Invalid ${what} type <type 'NoneType'> - None` })

function nameOf(raw: string): string {
  const name = slugify(raw)
  if (name === '') throw fieldFault({ name: 'Enter a name with at least one letter or digit.' })
  return name
}

/** A first project for it: the one asked for, else that of the databases in none, in the caller's own team. */
async function placeOf(deps: DbaasDeps, call: Call, projectId: string | undefined): Promise<string> {
  if (projectId !== undefined) return projectId
  return (await deps.projects.unassignedProject(call, await teamOf(deps, call, 'databases'))).id
}

function refuseReserved({ engine }: Plan, name: string): void {
  if (!engineOf(engine).namesDatabases) return
  if (engineOf(engine).reservedDatabaseNames.has(name))
    throw fieldFault({ error: `${name} is a reserved database name` })
  const longest = engineOf(engine).maxDatabaseNameLength
  if (name.length > longest)
    throw fieldFault({ name: `Ensure this value has at most ${longest} characters (it has ${name.length}).` })
}

export const createDatabase = operation({
  tag,
  summary: 'Create a database',
  description:
    'With a first credential, `u_` and its name cut at 16 characters. It belongs to the team of the project, else to the first one in which the caller may create databases.',
  body: NewDatabase,
  status: 201,
  response: Database,
  needs: ['create', 'databases'],
  words: {
    'name-taken': {
      status: 400,
      shape: 'error',
      message: 'Database with this Database name and Databaseinfra already exists.',
    },
    'engine-not-found': { status: 409, shape: 'error', message: NO_CAPACITY },
  },
  async handle(input, deps) {
    const { call } = input
    const fields = await input.fields()
    const raw = fields.text('name', LONGEST_NAME)
    const planId = await fields.link('plan', 'plan', visible(deps, call, 'plan'))
    const environmentId = await fields.link('environment', 'environment', visible(deps, call, 'environment'))
    const projectId = await fields.link('project', 'project', visible(deps, call, 'project'))
    fields.check()
    const name = nameOf(raw)
    if (planId === undefined) throw noChoice('plan')
    if (environmentId === undefined) throw noChoice('environment')
    const [plan, environment] = await Promise.all([
      deps.plans.getPlan(call, planId),
      deps.environments.getEnvironment(call, environmentId),
    ])
    refuseReserved(plan, name)
    if (!plan.isActive || !plan.environmentIds.includes(environmentId))
      throw new CroftError('no-capacity', NO_CAPACITY)
    const { database } = await deps.databases.createDatabase(call, {
      projectId: await placeOf(deps, call, projectId),
      name,
      ...(engineOf(plan.engine).namesDatabases ? { databaseName: name } : {}),
      firstUser: `u_${name}`.slice(0, LONGEST_USER),
      passwordStyle: 'short',
      engine: plan.engine,
      version: plan.version ?? undefined,
      size: plan.size,
      region: environment.region,
      planId,
      environmentId,
      uniqueIn: 'environment',
    })
    return presentDatabase(deps, input, database)
  },
})

export const getDatabase = operation({
  tag,
  summary: 'Get a database',
  status: 200,
  response: Database,
  async handle(input, deps) {
    return presentDatabase(deps, input, await findDatabase(deps, input))
  },
})

/**
 * Changes the project, or brings back from quarantine: one of them, so that nothing is done by half. PUT without a project
 * puts it into none, unless it brings it back.
 */
async function changeDatabase(input: Input, deps: DbaasDeps, replaces: boolean) {
  const { call } = input
  const database = await findDatabase(deps, input, 'update')
  const { id, project, workspaceId, quarantinedAt } = database
  const fields = await input.fields()
  const projectId = await fields.link('project', 'project', visible(deps, call, 'project'))
  fields.check()
  const released = quarantinedAt !== null && fields.has('quarantine_dt') && fields.isBlank('quarantine_dt')
  const places = fields.has('project') || (replaces && !released)
  const to = places
    ? (projectId ?? (await deps.projects.unassignedProject(call, workspaceId)).id)
    : project.id
  if (to !== project.id) {
    if (quarantinedAt !== null)
      throw conflict('The database is in quarantine: bring it back before it changes its project.')
    return presentDatabase(deps, input, await deps.databases.moveDatabase(call, id, { projectId: to }))
  }
  return presentDatabase(deps, input, released ? await deps.databases.releaseDatabase(call, id) : database)
}

/** Who may not see the team finds no place there for what is in no project. */
const NO_PLACE = { status: 403, shape: 'detail', message: NO_PERMISSION } as const
const changeWords = { 'workspace-not-found': NO_PLACE, 'project-not-found': NO_PLACE } as const

export const replaceDatabase = operation({
  tag,
  summary: 'Change a database',
  description:
    'Only its project. `"quarantine_dt": null` brings it back, and then its project stays. Other fields are ignored.',
  body: DatabaseChanges,
  status: 200,
  response: Database,
  needs: ['update', 'databases'],
  words: changeWords,
  handle: (input, deps) => changeDatabase(input, deps, true),
})

export const updateDatabase = operation({
  tag,
  summary: 'Change some of a database',
  description: 'As PUT, but what is not given stays.',
  body: DatabaseChanges,
  status: 200,
  response: Database,
  needs: ['update', 'databases'],
  words: changeWords,
  handle: (input, deps) => changeDatabase(input, deps, false),
})

export const deleteDatabase = operation({
  tag,
  summary: 'Put a database into quarantine, or delete it',
  description:
    'The first time every password is changed and its data stays; the second time, for who still sees it, it is deleted.',
  status: 204,
  needs: ['delete', 'databases'],
  async handle(input, deps) {
    const { call } = input
    const { id, quarantinedAt } = await findDatabase(deps, input, 'delete')
    if (quarantinedAt === null) await deps.databases.quarantineDatabase(call, id)
    // Sent twice by a double click, or from a page of before: its reader has not agreed to the second step.
    else if (input.step !== 'quarantined')
      await deps.databases.deleteDatabase(call, id, SIGHT, { quarantined: true })
    return null
  },
})
