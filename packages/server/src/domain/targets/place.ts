import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isConnected } from './connected.ts'

export interface Placement {
  readonly targetId: string
  readonly version: string
}

/**
 * Picks the target of a new instance: one that serves the region and has the engine, connected ones first, and
 * of those the one with the fewest instances. One that is away for the moment is better than none: the
 * database stays `provisioning` until its agent is back. Throws `no-capacity`, `engine-not-found`.
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
  const known = new Set<string>()
  for (const target of serving) {
    const engines = target.agent?.engines.filter((each) => each.engine === wanted.engine) ?? []
    for (const each of engines) known.add(each.version)
    const match = engines.find(
      (each) => each.installed && (wanted.version === undefined || each.version === wanted.version),
    )
    if (match) return { targetId: target.id, version: match.version }
  }
  const name = wanted.version ? `${wanted.engine}@${wanted.version}` : wanted.engine
  if (serving.length > 0 && wanted.version !== undefined && known.has(wanted.version)) {
    throw new CroftError('no-capacity', `${name} is not installed on the hosts of ${wanted.region}.`, {
      hint: `Run "croft engine install ${name}" on a host, then try again.`,
    })
  }
  if (serving.length > 0) {
    throw new CroftError('engine-not-found', `There is no engine ${name}.`, {
      hint: known.size > 0 ? `Versions of ${wanted.engine}: ${[...known].join(', ')}.` : 'Use postgres.',
    })
  }
  throw new CroftError('no-capacity', `No host serves ${wanted.region} yet.`, {
    hint: 'Start an agent (npm start runs one) and try again.',
    retryAfter: 5,
  })
}
