import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { type AgentSessionDeps, type AgentSocket, openAgentSession } from './agent-session.ts'
import { describeTargets } from './describe-targets.ts'
import { findTargetByToken } from './find-target.ts'
import { listRegions } from './list-regions.ts'
import { listSizes } from './list-sizes.ts'
import { listTargets } from './list-targets.ts'

export { isConnected } from '../connected.ts'
export type { AgentSession, AgentSocket } from './agent-session.ts'
export { newBackupKey, openBackupKey } from './backup-key.ts'
export { targetOf } from './desired-instances.ts'
export { joinTokenHash } from './find-target.ts'
export type { Region } from './list-regions.ts'
export type { Size } from './list-sizes.ts'
export type { Target } from './list-targets.ts'
export { type Placement, placeInstance, placeOn } from './place.ts'
export { purgeHistory } from './purge-history.ts'
export { SCHEDULE_BACKUPS_JOB } from './record-archive.ts'
export { DEFAULT_REGION, REGIONS, type RegionId } from './regions.ts'
export { SECRET_UNREADABLE, targetSecretContext } from './resolve-storage.ts'
export { resourcesOf, type SizeFacts } from './resources-of.ts'
export { RECONCILE_JOB, type TaskHandler } from './store-report.ts'

/** The hosts, and the connections of their agents to this process. */
export function createTargets(deps: AgentSessionDeps & { db: Db }) {
  return {
    listRegions: (call: Call) => listRegions(deps.db, call),
    listTargets: (call: Call) => listTargets(deps.db, call),
    describe: () => describeTargets(deps.db),
    listSizes: (call: Call) => listSizes(deps.db, call),
    findTargetByToken: (token: string) => findTargetByToken(deps.db, token),
    openAgentSession: (targetId: string, socket: AgentSocket) => openAgentSession(deps, targetId, socket),
  }
}
export type Targets = ReturnType<typeof createTargets>
