import { isDeepStrictEqual } from 'node:util'
import { type Db, transact } from '../../platform/db/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { readCapabilities } from './capabilities.ts'
import { assertReports, checkCluster } from './check-reporter.ts'
import { checkStorable } from './check-storable.ts'
import type { DeploymentTarget } from './entities.ts'
import { METADATA } from './metadata.ts'
import { requireDeploymentTarget } from './read-targets.ts'

export interface MetadataReport {
  readonly id: string
  /** Must be the target's, if given. */
  readonly clusterId?: string | undefined
  /** By Portworx' names; what is left out stays, and others are ignored. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Throws `deployment-target-not-found`, `forbidden`, `in-use` for another cluster, `not-applicable` for a host. */
export async function reportMetadata(
  db: Db,
  call: Call,
  { id, clusterId, metadata }: MetadataReport,
): Promise<void> {
  const told = METADATA.flatMap((name) => {
    const value = metadata[name]
    return typeof value === 'string' && name !== 'hostname' ? [[name, value] as const] : []
  })
  checkStorable('/', told)
  return store(db, call, { id, clusterId }, 'metadata', (before) => ({
    ...before.metadata,
    ...Object.fromEntries(told),
  }))
}

/** In place of all that was reported before. Throws the same, and `invalid-input` for what is no version. */
export async function reportCapabilities(
  db: Db,
  call: Call,
  { id, capabilities }: { readonly id: string; readonly capabilities: Readonly<Record<string, unknown>> },
): Promise<void> {
  const told = readCapabilities(capabilities)
  return store(db, call, { id }, 'capabilities', () => told)
}

async function store(
  db: Db,
  call: Call,
  { id, clusterId }: { readonly id: string; readonly clusterId?: string | undefined },
  what: 'metadata' | 'capabilities',
  next: (before: DeploymentTarget) => Record<string, unknown>,
): Promise<void> {
  await transact(db, async (tx) => {
    const target = await requireDeploymentTarget(tx, call, id, 'update', { hold: 'change' })
    assertReports(target)
    checkCluster(target, clusterId)
    const told = next(target)
    // Agents report whenever they start; that is no news.
    if (isDeepStrictEqual(told, target[what])) return
    await tx
      .updateTable('deployment_targets')
      .set({ [what]: told, updated_at: new Date() })
      .where('id', '=', target.id)
      .execute()
    await recordEvent(tx, call, {
      ...{ workspaceId: target.workspaceId, action: 'deployment-target.reported' },
      ...{ subjectType: 'deployment-target', subjectId: target.id },
      ...{ before: { [what]: target[what] }, after: { [what]: told } },
    })
  })
}
