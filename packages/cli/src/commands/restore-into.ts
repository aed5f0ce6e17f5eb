import type { Database } from '../client/resources.ts'
import { makeDatabase } from './create-database.ts'
import type { Session } from './session.ts'
import type { WaitOptions } from './wait-options.ts'

/** What a copy has of its source unless it is told otherwise. */
export type Like = Pick<Database, 'projectId'> &
  Partial<Pick<Database, 'size' | 'region' | 'idleTimeoutSeconds'>>

/** Makes a new database from a backup, a moment or a live one, beside the source and as large. */
export async function restoreInto(
  session: Session,
  name: string,
  { projectId, size, region, idleTimeoutSeconds }: Like,
  source: Readonly<Record<string, unknown>>,
  options: Pick<WaitOptions, 'wait' | 'timeout'> & { readonly title: string },
): Promise<void> {
  await makeDatabase(session, { name, projectId, size, region, idleTimeoutSeconds, source }, options)
}
