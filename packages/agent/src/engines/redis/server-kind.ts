import type { ServerKind } from '../server-lock.ts'

/**
 * One process, and a child while it saves. A kill loses nothing that was acknowledged: each write has gone to the
 * kernel before its answer.
 */
export const redisServer: ServerKind = {
  command: 'redis-server',
  lockFile: 'croft-redis.lock',
  fast: 'SIGTERM',
  immediate: 'SIGKILL',
  patience: { fast: 10_000, immediate: 5_000, kill: 5_000 },
}
