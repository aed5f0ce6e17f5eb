import type { ServerKind } from '../server-lock.ts'

/** One process of many threads. InnoDB needs no more for an immediate stop than its log. */
export const mariadbServer: ServerKind = {
  command: 'mariadbd',
  lockFile: 'croft-mariadb.lock',
  fast: 'SIGTERM',
  immediate: 'SIGKILL',
  patience: { fast: 20_000, immediate: 5_000, kill: 5_000 },
}
