import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'

/** Keeps an environment until the caller's transaction has written that it is used. Throws `environment-not-found`. */
export async function holdEnvironment(tx: Executor, id: string): Promise<void> {
  const found = await tx
    .selectFrom('environments')
    .select('id')
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  if (found) return
  throw new CroftError('environment-not-found', `There is no environment ${id}.`, {
    hint: 'List them: croft environment list',
  })
}
