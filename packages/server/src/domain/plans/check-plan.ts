import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { holdEnvironment } from './hold-environment.ts'
import type { Plan } from './plan.ts'

/**
 * Whoever writes plans of an engine waits here for its turn, so that no two of them become its default. Returns the
 * engine's id. Throws `engine-not-found`.
 */
export async function holdEngine(tx: Executor, name: string): Promise<string> {
  const engine = await tx
    .selectFrom('engines')
    .select('id')
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst()
  if (engine) return engine.id
  const known = await tx.selectFrom('engines').select('name').orderBy('id').execute()
  throw new CroftError('engine-not-found', `No host has told of an engine ${name}.`, {
    hint: `Engines: ${known.map((each) => each.name).join(', ')}.`,
  })
}

/**
 * Holds what a plan is made of until it is written: its engine and its environments. Throws `engine-not-found`,
 * `size-not-found`, `environment-not-found`.
 */
export async function checkPlan(
  tx: Executor,
  plan: Pick<Plan, 'engine' | 'version' | 'size' | 'environmentIds'>,
): Promise<void> {
  const engineId = await holdEngine(tx, plan.engine)
  if (plan.version !== null) await checkVersion(tx, { id: engineId, name: plan.engine }, plan.version)
  const size = await tx.selectFrom('sizes').select('id').where('id', '=', plan.size).executeTakeFirst()
  if (!size) {
    const known = await tx.selectFrom('sizes').select('id').orderBy('position').execute()
    throw new CroftError('size-not-found', `There is no size ${plan.size}.`, {
      hint: `Sizes: ${known.map(({ id }) => id).join(', ')}.`,
    })
  }
  for (const id of plan.environmentIds) await holdEnvironment(tx, id)
}

async function checkVersion(
  tx: Executor,
  engine: { readonly id: string; readonly name: string },
  version: string,
): Promise<void> {
  const known = await tx
    .selectFrom('engine_versions')
    .select('version')
    .where('engine_id', '=', engine.id)
    .execute()
  if (known.some((each) => each.version === version)) return
  throw new CroftError('engine-not-found', `No host has told of ${engine.name} ${version}.`, {
    hint: `Versions of ${engine.name}: ${known.map((each) => each.version).join(', ')}.`,
  })
}
