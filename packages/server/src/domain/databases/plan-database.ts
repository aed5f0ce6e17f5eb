import type { Origin } from '@croft/protocol'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { DEFAULT_REGION, type Placement, placeInstance, REGIONS } from '../targets/index.ts'
import type { Source } from './entities.ts'
import { findSource } from './find-source.ts'
import { type NewPassword, newPassword } from './new-login.ts'

export interface DatabaseWish {
  readonly projectId: string
  /** A region's id, or `inherit` for that of the project's default database. */
  readonly region?: string | undefined
  readonly source?: Source | undefined
  readonly engine?: string | undefined
  readonly version?: string | undefined
  readonly size?: string | undefined
}

/** What can be settled before a new database is written: where it goes, what it starts from, its first password. */
export interface DatabasePlan {
  readonly region: string
  readonly size: { readonly id: string; readonly connection_limit: number }
  readonly engine: string
  readonly placement: Placement
  readonly origin: Origin
  readonly login: NewPassword
}

export const DEFAULT_ENGINE = 'postgres'
export const DEFAULT_SIZE = 'nano'

/**
 * Chooses a host and derives the password, which takes a millisecond or two, before any lock is held. Throws
 * `invalid-input` for an unknown region, `size-not-found`, what `placeInstance` and `findSource` throw.
 */
export async function planDatabase(db: Executor, call: Call, wish: DatabaseWish): Promise<DatabasePlan> {
  const wanted = wish.region ?? DEFAULT_REGION
  const region = wanted === 'inherit' ? await inheritedRegion(db, wish.projectId) : checkRegion(wanted)
  const [size, start, login] = await Promise.all([
    findSize(db, wish.size ?? DEFAULT_SIZE),
    findStart(db, call, wish, region),
    newPassword(),
  ])
  return { region, size, ...start, login }
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

async function findSize(db: Executor, id: string) {
  const size = await db.selectFrom('sizes').selectAll().where('id', '=', id).executeTakeFirst()
  if (size) return size
  const known = await db.selectFrom('sizes').select('id').orderBy('position').execute()
  throw new CroftError('size-not-found', `There is no size ${id}.`, {
    hint: `Sizes: ${known.map((each) => each.id).join(', ')}.`,
  })
}

/** A copy stays beside its source, of the same engine and version. */
async function findStart(
  db: Executor,
  call: Call,
  wish: DatabaseWish,
  region: string,
): Promise<Pick<DatabasePlan, 'placement' | 'origin' | 'engine'>> {
  const source = wish.source ?? { type: 'empty' }
  if (source.type === 'empty') {
    const engine = wish.engine ?? DEFAULT_ENGINE
    const placement = await placeInstance(db, { region, engine, version: wish.version })
    return { placement, origin: { type: 'empty' }, engine }
  }
  const { engine, version, targetId, origin } = await findSource(db, call, source)
  if (wish.version !== undefined && wish.version !== version) {
    throw new CroftError('invalid-input', `The source is ${engine} ${version}; a copy has its version.`, {
      fields: [{ path: '/version', message: `must be ${version} or left out` }],
    })
  }
  return { placement: { targetId, version }, origin, engine }
}
