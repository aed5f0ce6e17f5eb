import type { EngineOnHost } from '@croft/protocol'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { authorize, type Call } from '../access/index.ts'
import { isConnected } from '../connected.ts'
import { compareVersions } from './compare-versions.ts'
import { findEngine } from './registry.ts'

export interface EngineVersion {
  readonly id: string
  readonly version: string
  /** Whether a connected host has it. */
  readonly installed: boolean
  /** Why none has it, and what would change that. */
  readonly reason?: string
}

export interface Engine {
  readonly id: string
  readonly name: string
  /** Oldest first. */
  readonly versions: readonly EngineVersion[]
}

/** Every engine that a host has ever told of, in that order. For anybody who is logged in. */
export async function listEngines(db: Db, call: Call): Promise<readonly Engine[]> {
  authorize(call.principal, 'read', 'regions', {})
  return readEngines(db)
}

/** The same for whoever decides himself who may know. */
export async function readEngines(db: Executor): Promise<readonly Engine[]> {
  const [engines, versions, targets] = await Promise.all([
    db.selectFrom('engines').selectAll().orderBy('created_at').orderBy('id').execute(),
    db.selectFrom('engine_versions').selectAll().execute(),
    db.selectFrom('targets').select(['connected_at', 'last_seen_at', 'agent']).execute(),
  ])
  const onHosts = targets.filter(isConnected).flatMap((target) => target.agent?.engines ?? [])
  return engines
    .filter(({ name }) => findEngine(name) !== undefined)
    .map(({ id, name }) => ({
      id,
      name,
      versions: versions
        .filter((each) => each.engine_id === id)
        .sort((a, b) => compareVersions(a.version, b.version))
        .map((each) => ({
          id: each.id,
          version: each.version,
          ...presenceOf(onHosts.filter((one) => one.engine === name && one.version === each.version)),
        })),
    }))
}

function presenceOf(onHosts: readonly EngineOnHost[]): Pick<EngineVersion, 'installed' | 'reason'> {
  const [first] = onHosts
  if (onHosts.some((each) => each.installed)) return { installed: true }
  const reason = first ? (first.reason ?? 'It is not installed on any host.') : 'No connected host knows it.'
  return { installed: false, reason }
}
