import type { EngineOnHost } from '@croft/protocol'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isConnected } from '../connected.ts'
import { compareVersions, engineOf } from '../engines/index.ts'

export interface Placement {
  readonly targetId: string
  readonly version: string
}

/**
 * Picks the target of a new instance: one that serves the region and has the engine, connected ones first, and
 * of those the one with the fewest instances; the newest version there unless one is given. One that is away for the
 * moment is better than none: the database stays `provisioning` until its agent is back. Throws `no-capacity`,
 * `engine-not-found`.
 */
export async function placeInstance(
  db: Executor,
  wanted: { region: string; engine: string; version?: string | undefined },
): Promise<Placement> {
  const targets = await db
    .selectFrom('targets')
    .selectAll('targets')
    .select((eb) =>
      eb
        .selectFrom('instances')
        .whereRef('instances.target_id', '=', 'targets.id')
        .where('presence', '=', 'present')
        .select((count) => count.fn.countAll<number>().as('count'))
        .as('instances'),
    )
    .execute()
  const serving = targets
    .filter((target) => target.regions.includes(wanted.region) && target.agent !== null)
    .sort(
      (a, b) => Number(isConnected(b)) - Number(isConnected(a)) || (a.instances ?? 0) - (b.instances ?? 0),
    )
  const { engine, version: wish } = wanted
  const known: EngineOnHost[] = []
  for (const target of serving) {
    const here = target.agent?.engines.filter((each) => each.engine === engine) ?? []
    known.push(...here)
    const newest = newestOf(here, wish)
    if (newest !== undefined) return { targetId: target.id, version: newest }
  }
  if (serving.length === 0) {
    throw new CroftError('no-capacity', `No host serves ${wanted.region} yet.`, {
      hint: 'Start an agent (npm start runs one) and try again.',
      retryAfter: 5,
    })
  }
  throw lacking(wanted, known, `the hosts of ${wanted.region}`)
}

/**
 * Places a new instance on one target: its newest version of the engine unless one is given. Throws `no-capacity`,
 * `engine-not-found`.
 */
export async function placeOn(
  db: Executor,
  targetId: string,
  wanted: { engine: string; version?: string | undefined },
): Promise<Placement> {
  const target = await db.selectFrom('targets').select('agent').where('id', '=', targetId).executeTakeFirst()
  if (!target?.agent) {
    throw new CroftError('no-capacity', 'The agent of this host has not joined yet.', { retryAfter: 5 })
  }
  const known = target.agent.engines.filter((each) => each.engine === wanted.engine)
  const version = newestOf(known, wanted.version)
  if (version === undefined) throw lacking(wanted, known, 'this host')
  return { targetId, version }
}

function newestOf(known: readonly EngineOnHost[], wish: string | undefined): string | undefined {
  return known
    .filter((each) => each.installed && (wish === undefined || each.version === wish))
    .map((each) => each.version)
    .sort(compareVersions)
    .at(-1)
}

/** Why an engine is not on the hosts that were asked, and what would put it there. */
function lacking(
  { engine, version: wish }: { engine: string; version?: string | undefined },
  known: readonly EngineOnHost[],
  where: string,
): CroftError {
  const { title } = engineOf(engine)
  const versions = [...new Set(known.map((each) => each.version))].sort(compareVersions)
  if (wish !== undefined && versions.length > 0 && !versions.includes(wish)) {
    return new CroftError('engine-not-found', `There is no ${title} ${wish} here.`, {
      hint: `Versions of ${engine}: ${versions.join(', ')}.`,
    })
  }
  const name = wish === undefined ? engine : `${engine}@${wish}`
  const reason = known.find((each) => wish === undefined || each.version === wish)?.reason
  const missing = `${title}${wish === undefined ? '' : ` ${wish}`} is not installed on ${where}`
  return new CroftError('no-capacity', reason === undefined ? `${missing}.` : `${missing}: ${reason}`, {
    hint: `Run "croft engine install ${name}" on a host, then try again.`,
  })
}
