import { agentUser } from './access.ts'
import type { Management } from './management.ts'

/**
 * Makes transactions of new sessions read only unless they say otherwise (`SET SESSION TRANSACTION READ WRITE`), or
 * no longer. A session keeps what it began with, so all of them end.
 */
export async function refuseWrites(management: Management, refuse: boolean): Promise<void> {
  await management.query(`SET GLOBAL tx_read_only = ${refuse ? 'ON' : 'OFF'}`)
  const sessions = await management.query<{ id: number }>(
    `SELECT ID AS id FROM information_schema.PROCESSLIST
      WHERE USER NOT IN (?, 'system user', 'event_scheduler')`,
    [agentUser],
  )
  for (const { id } of sessions) {
    // It may have ended by itself.
    await management.query('KILL CONNECTION ?', [id]).catch(() => {})
  }
}
