import type { ServerKind } from '../server-lock.ts'

/**
 * A postmaster and its backends, which may outlive it. An immediate stop saves nothing that a kill would lose.
 * PostgreSQL itself takes a lock that names another program's process for a reason not to start.
 */
export const postgresServer: ServerKind = {
  command: 'postgres',
  lockFile: 'postmaster.pid',
  fast: 'SIGINT',
  immediate: 'SIGQUIT',
  patience: { fast: 10_000, immediate: 1_000, kill: 5_000 },
}
