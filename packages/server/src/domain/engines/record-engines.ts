import type { EngineOnHost } from '@croft/protocol'
import type { Executor } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { compareVersions } from './compare-versions.ts'
import { ENGINES } from './registry.ts'

/**
 * Lists the engines and versions that a host knows of, installed or not; what was listed before stays as it is. They
 * are entered in the order of the registry and of versions, so that a first host always gives them the same numbers.
 */
export async function recordEngines(db: Executor, onHost: readonly EngineOnHost[]): Promise<void> {
  for (const { name } of ENGINES) {
    const versions = new Set(onHost.filter(({ engine }) => engine === name).map(({ version }) => version))
    if (versions.size === 0) continue
    await db
      .insertInto('engines')
      .values({ id: newId(), name })
      .onConflict((same) => same.doNothing())
      .execute()
    const { id } = await db
      .selectFrom('engines')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    await db
      .insertInto('engine_versions')
      .values([...versions].sort(compareVersions).map((version) => ({ id: newId(), engine_id: id, version })))
      .onConflict((same) => same.doNothing())
      .execute()
  }
}
