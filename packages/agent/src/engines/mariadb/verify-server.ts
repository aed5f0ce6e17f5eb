import { AgentFault } from '../../fault.ts'
import { usualDatabase } from './access.ts'
import { type Management, openManagement, type Session } from './management.ts'

/** One table: one of a terabyte is read within it on a slow disk. */
const patienceMs = 6 * 3_600_000

/**
 * Reads every page of every table of a scratch server, with its checksum, and checks indexes against each other. Throws
 * `AgentFault` `data-corrupt` for the first fault, and the signal's reason.
 */
export async function verifyServer(
  management: Management,
  session: Session,
  signal: AbortSignal,
): Promise<{ relations: number; databases: number }> {
  signal.throwIfAborted()
  const tables = await management.query<{ database: string; name: string }>(
    // MariaDB's log tables are files of text, and views have no pages.
    `SELECT TABLE_SCHEMA AS \`database\`, TABLE_NAME AS name FROM information_schema.TABLES
      WHERE TABLE_TYPE IN ('BASE TABLE', 'SEQUENCE', 'SYSTEM VERSIONED') AND coalesce(ENGINE, '') <> 'CSV'
        AND TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema')
      ORDER BY TABLE_SCHEMA, TABLE_NAME`,
  )
  const checking = openManagement({ ...session, patienceMs })
  const [own] = await checking.query<{ id: number }>('SELECT CONNECTION_ID() AS id')
  const cancel = () => void management.query('KILL HARD CONNECTION ?', [own?.id]).catch(() => {})
  signal.addEventListener('abort', cancel, { once: true })
  try {
    for (const { database, name } of tables) {
      signal.throwIfAborted()
      const fault = faultIn(await checking.query<CheckResult>('CHECK TABLE ??.?? EXTENDED', [database, name]))
      if (fault !== undefined) throw corruption(database, name, fault)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
    await checking.close()
  }
  const databases = new Set([usualDatabase, ...tables.map(({ database }) => database)])
  return { relations: tables.length, databases: databases.size }
}

interface CheckResult {
  readonly Msg_type: string
  readonly Msg_text: string
}

/** The first complaint; the last row is the verdict. */
function faultIn(results: readonly CheckResult[]): string | undefined {
  const verdict = results.at(-1)
  const complaint = results.find(
    ({ Msg_type }) => Msg_type === 'error' || Msg_type === 'Error' || Msg_type === 'warning',
  )
  if (verdict?.Msg_type === 'status' && verdict.Msg_text === 'OK') return undefined
  // Engines that cannot check have nothing of clients.
  if (verdict?.Msg_type === 'note') return undefined
  return complaint?.Msg_text ?? verdict?.Msg_text ?? 'it could not be checked'
}

export function corruption(database: string, table: string, found: string, cause?: unknown): AgentFault {
  return new AgentFault(
    'data-corrupt',
    `The database ${JSON.stringify(database)} is damaged in the table ${table}: ${found.slice(0, 500).replace(/\.$/, '')}.`,
    { cause },
  )
}
