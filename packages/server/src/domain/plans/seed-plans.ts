import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { systemCall } from '../access/index.ts'
import { ENGINES } from '../engines/index.ts'
import { recordEvent } from '../events/index.ts'
import { holdEngine } from './check-plan.ts'
import { allEnvironments } from './create-plan.ts'
import { writeEnvironments } from './write-plan.ts'

const SIZE = 'small'

/**
 * Gives each engine that a host has installed its first plan: small, the default one, in every environment. Once in the
 * life of an installation, so that a plan that was deleted stays away. The engines are listed already.
 */
export async function seedPlans(
  db: Db,
  onHost: readonly { readonly engine: string; readonly installed: boolean }[],
): Promise<void> {
  const installed = ENGINES.filter(({ name }) =>
    onHost.some((each) => each.engine === name && each.installed),
  )
  if (installed.length === 0) return
  const seeded = await db.selectFrom('plans').select('engine').where('seeded', '=', true).execute()
  for (const { name, scheme } of installed) {
    if (seeded.some(({ engine }) => engine === name)) continue
    await transact(db, async (tx) => {
      await holdEngine(tx, name)
      const others = await tx
        .selectFrom('plans')
        .select(['seeded', 'is_default'])
        .where('engine', '=', name)
        .execute()
      // Another host of the engine may have been faster.
      if (others.some((each) => each.seeded)) return
      const id = newId()
      const made = await tx
        .insertInto('plans')
        .values({
          id,
          name: `${scheme}-${SIZE}`,
          description: null,
          engine: name,
          version: null,
          size: SIZE,
          is_default: !others.some((each) => each.is_default),
          seeded: true,
          deleted_at: null,
        })
        // Somebody has given the name to a plan of theirs.
        .onConflict((same) => same.column('name').where('deleted_at', 'is', null).doNothing())
        .returning('name')
        .executeTakeFirst()
      if (!made) return
      await writeEnvironments(tx, { id, environmentIds: await allEnvironments(tx) })
      await recordEvent(tx, systemCall('plans', `seed-${name}`), {
        workspaceId: null,
        action: 'plan.created',
        subjectType: 'plan',
        subjectId: id,
        after: { name: made.name, engine: name, size: SIZE },
      })
    })
  }
}
