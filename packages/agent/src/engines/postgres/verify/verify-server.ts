import { agentRole } from '../access.ts'
import { type Management, openManagement } from '../management.ts'
import { verifyDatabase } from './verify-database.ts'

/** One relation: a table of a terabyte is read within it on a slow disk. */
const patienceMs = 6 * 3_600_000

/**
 * Reads every page of every database of a scratch server and checks heaps and indexes. It makes extensions there, so
 * it is for servers that are thrown away. Throws `AgentFault` `data-corrupt` for the first fault, and the signal's
 * reason.
 */
export async function verifyServer(
  management: Management,
  socketDirectory: string,
  signal: AbortSignal,
): Promise<{ relations: number; databases: number }> {
  signal.throwIfAborted()
  const found = await management.query<{ name: string; closed: boolean }>(
    // -2: a DROP DATABASE that did not end; nothing can be read there.
    `SELECT datname AS name, NOT datallowconn AS closed FROM pg_database WHERE datconnlimit <> -2 ORDER BY oid`,
  )
  let relations = 0
  for (const { name, closed } of found) {
    if (closed) await management.query(`ALTER DATABASE ${quoted(name)} ALLOW_CONNECTIONS true`)
    const session = openManagement({ socketDirectory, user: agentRole, database: name, patienceMs })
    const cancel = () => void cancelAll(management)
    signal.addEventListener('abort', cancel, { once: true })
    try {
      relations += await verifyDatabase(name, session, signal)
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', cancel)
      await session.close()
    }
  }
  return { relations, databases: found.length }
}

/** The check under way is a statement of minutes maybe; nobody else has sessions there. */
async function cancelAll(management: Management): Promise<void> {
  await management
    .query(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()",
    )
    .catch(() => {})
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
