import { checkSettings, type Kind } from '../check-settings.ts'

const kinds = {
  memory: { pattern: /^\d{1,15}([kmg]?b?)?$/i, example: '64mb' },
  count: { pattern: /^-?\d{1,10}$/, example: '100' },
  onOff: { pattern: /^(yes|no)$/, example: 'yes' },
  word: { pattern: /^[a-z-]{1,30}$/, example: 'allkeys-lru' },
  /** Classes of keyspace events. */
  text: { pattern: /^[A-Za-z$]{0,16}$/, example: 'KEA' },
} as const satisfies Record<string, Kind>

/** What may be set: memory, sessions and pace. Nothing that weakens durability or access. */
const allowed: Readonly<Record<string, keyof typeof kinds>> = {
  'active-expire-effort': 'count',
  'hash-max-listpack-entries': 'count',
  'hash-max-listpack-value': 'count',
  'hll-sparse-max-bytes': 'count',
  hz: 'count',
  'lazyfree-lazy-eviction': 'onOff',
  'lazyfree-lazy-expire': 'onOff',
  'lazyfree-lazy-server-del': 'onOff',
  'lazyfree-lazy-user-del': 'onOff',
  'lazyfree-lazy-user-flush': 'onOff',
  'lfu-decay-time': 'count',
  'lfu-log-factor': 'count',
  'list-compress-depth': 'count',
  'list-max-listpack-size': 'count',
  maxclients: 'count',
  maxmemory: 'memory',
  'maxmemory-policy': 'word',
  'maxmemory-samples': 'count',
  'notify-keyspace-events': 'text',
  'set-max-intset-entries': 'count',
  'slowlog-log-slower-than': 'count',
  'slowlog-max-len': 'count',
  'stream-node-max-bytes': 'memory',
  'stream-node-max-entries': 'count',
  'tcp-keepalive': 'count',
  timeout: 'count',
  'zset-max-listpack-entries': 'count',
  'zset-max-listpack-value': 'count',
}

const allowedKinds = Object.fromEntries(Object.entries(allowed).map(([name, kind]) => [name, kinds[kind]]))

/** Checks the settings of a database. Throws `AgentFault` that names the first setting that is wrong. */
export function checkRedisSettings(settings: Readonly<Record<string, string>>): void {
  checkSettings('Redis', allowedKinds, settings)
}
