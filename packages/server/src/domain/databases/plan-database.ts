import type { Executor } from '../../platform/db/connect.ts'
import type { StoredOrigin } from '../../platform/db/stored-messages.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { type EngineFacts, engineOf } from '../engines/index.ts'
import { DEFAULT_REGION, type Placement, placeInstance, placeOn, REGIONS } from '../targets/index.ts'
import { checkDatabaseName, checkRole } from './check-names.ts'
import { checkOverrides, type DatabaseOverrides } from './check-overrides.ts'
import type { Source, SourceWish } from './entities.ts'
import { type FoundSource, findSource } from './find-source.ts'
import { type NewPassword, newPassword, type PasswordStyle } from './new-login.ts'

export interface DatabaseWish {
  readonly projectId: string
  /** A region's id, or `inherit` for that of the project's default database. */
  readonly region?: string | undefined
  readonly source?: SourceWish | undefined
  readonly engine?: string | undefined
  readonly version?: string | undefined
  readonly size?: string | undefined
  /** What the database is called within its server; the engine's usual name unless given. */
  readonly databaseName?: string | undefined
  /** The first login's name; a random one unless given. With it the database gets a port of its own. */
  readonly firstUser?: string | undefined
  /** In place of its size's: memory, processors, storage and settings of the engine. */
  readonly overrides?: DatabaseOverrides | undefined
  /** The host it is made on; whichever suits its region unless given. */
  readonly targetId?: string | undefined
  /** Of its first login. */
  readonly passwordStyle?: PasswordStyle | undefined
}

/** What can be settled before a new database is written: where it goes, what it starts from, its first password. */
export interface DatabasePlan {
  readonly region: string
  readonly size: { readonly id: string; readonly connection_limit: number }
  readonly engine: string
  readonly placement: Placement
  readonly origin: StoredOrigin
  /** What is shown of what it starts from. */
  readonly source: Source
  readonly login: NewPassword
  /** Null for the engine's usual one. */
  readonly databaseName: string | null
}

export const DEFAULT_ENGINE = 'postgres'
export const DEFAULT_SIZE = 'nano'

/**
 * Chooses a host and derives the password, which takes a millisecond or two, before any lock is held. Throws
 * `invalid-input` for an unknown region or an impossible name, `not-applicable` for overrides that do not fit,
 * `size-not-found`, `engine-not-found`, what `placeInstance` and `findSource` throw.
 */
export async function planDatabase(db: Executor, call: Call, wish: DatabaseWish): Promise<DatabasePlan> {
  const wanted = wish.region ?? (await regionOf(db, wish.targetId))
  const region = wanted === 'inherit' ? await inheritedRegion(db, wish.projectId) : checkRegion(wanted)
  const [size, start] = await Promise.all([
    findSize(db, wish.size ?? DEFAULT_SIZE),
    findStart(db, call, wish, region),
  ])
  if (wish.overrides) {
    const facts = { id: size.id, memoryMb: size.memory_mb, settings: size.settings }
    checkOverrides(start.engine, facts, wish.overrides)
  }
  if (wish.firstUser !== undefined) checkRole(engineOf(start.engine), wish.firstUser)
  return { region, size, ...start, login: await newPassword(start.engine, wish.passwordStyle) }
}

function checkRegion(region: string): string {
  if (REGIONS.some((each) => each.id === region)) return region
  const known = REGIONS.map((each) => each.id).join(', ')
  throw new CroftError('invalid-input', `There is no region ${region}.`, {
    fields: [{ path: '/region', message: `must be one of ${known}, or inherit` }],
  })
}

/** The first that a given host serves. */
async function regionOf(db: Executor, targetId: string | undefined): Promise<string> {
  if (targetId === undefined) return DEFAULT_REGION
  const target = await db
    .selectFrom('targets')
    .select('regions')
    .where('id', '=', targetId)
    .executeTakeFirst()
  return target?.regions[0] ?? DEFAULT_REGION
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

async function findSize(db: Executor, id: string) {
  const size = await db.selectFrom('sizes').selectAll().where('id', '=', id).executeTakeFirst()
  if (size) return size
  const known = await db.selectFrom('sizes').select('id').orderBy('position').execute()
  throw new CroftError('size-not-found', `There is no size ${id}.`, {
    hint: `Sizes: ${known.map((each) => each.id).join(', ')}.`,
  })
}

/** A copy is of the engine and version of its source, and on its host if only that can read the source. */
async function findStart(
  db: Executor,
  call: Call,
  wish: DatabaseWish,
  region: string,
): Promise<Pick<DatabasePlan, 'placement' | 'origin' | 'engine' | 'source' | 'databaseName'>> {
  const wanted = wish.source ?? { type: 'empty' }
  if (wanted.type === 'empty') {
    const engine = wish.engine ?? DEFAULT_ENGINE
    const databaseName = chooseName(engineOf(engine), wish.databaseName)
    const { version } = wish
    const placement = await place(db, wish.targetId, { region, engine, version })
    return { placement, origin: { type: 'empty' }, engine, source: wanted, databaseName }
  }
  const source = await findSource(db, call, wanted)
  const { engine, version, origin, shown, databaseName } = source
  assertSame('engine', wish.engine, engine)
  assertSame('databaseName', wish.databaseName, databaseName ?? engineOf(engine).usualDatabase)
  if (wish.version !== undefined && wish.version !== version) {
    throw new CroftError('invalid-input', `The source is ${engine} ${version}; a copy has its version.`, {
      fields: [{ path: '/version', message: `must be ${version} or left out` }],
    })
  }
  const placement = await placeCopy(db, source, wish.targetId, region)
  return { placement, origin, engine, source: shown, databaseName }
}

function place(
  db: Executor,
  targetId: string | undefined,
  wanted: { region: string; engine: string; version?: string | undefined },
): Promise<Placement> {
  return targetId === undefined ? placeInstance(db, wanted) : placeOn(db, targetId, wanted)
}

async function placeCopy(
  db: Executor,
  source: FoundSource,
  wanted: string | undefined,
  region: string,
): Promise<Placement> {
  const { engine, version, targetId, bound, hostConnected, lacksAfter } = source
  // Its own host has the newest changes at hand. When it is lost, any other will do.
  const stays = wanted === undefined ? bound || hostConnected : wanted === targetId
  if (stays) return { targetId, version }
  if (wanted !== undefined && bound) {
    throw new CroftError(
      'backup-not-restorable',
      'The source lies on another host, and can be read there only.',
      {
        hint: 'Restore it on its own host, or keep its backups in a target that all hosts reach.',
      },
    )
  }
  if (wanted !== undefined && lacksAfter !== null) {
    const reach = lacksAfter.toISOString()
    throw new CroftError('unavailable', `Of the source, changes until ${reach} have been archived so far.`, {
      hint: 'Try again in a few seconds, or choose an earlier moment.',
      retryAfter: 5,
    })
  }
  return place(db, wanted, { region, engine, version })
}

function chooseName(engine: EngineFacts, wanted: string | undefined): string | null {
  if (wanted === undefined || wanted === engine.usualDatabase || !engine.namesDatabases) return null
  checkDatabaseName(engine, wanted)
  return wanted
}

/** The data of a copy is of one engine, and in a database of one name. */
function assertSame(field: 'engine' | 'databaseName', wanted: string | undefined, has: string): void {
  if (wanted === undefined || wanted === has) return
  const what = field === 'engine' ? 'engine' : 'database name'
  throw new CroftError('invalid-input', `The ${what} of the source is ${has}; a copy has the same.`, {
    fields: [{ path: `/${field}`, message: `must be ${has} or left out` }],
  })
}
