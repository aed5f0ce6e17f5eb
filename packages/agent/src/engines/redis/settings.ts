import { checkSettings, type Kind } from '../check-settings.ts'

const memory: Kind = { pattern: /^\d{1,15}([kmg]b?)?$/i, example: '64mb' }
const count: Kind = { pattern: /^\d{1,9}$/, example: '100' }

/** What a size may set: memory, sessions and pace. Nothing that weakens durability or access. */
const allowed: Readonly<Record<string, Kind>> = {
  'hash-max-listpack-entries': count,
  hz: { pattern: /^\d{1,3}$/, example: '10' },
  'maxmemory-policy': {
    pattern: /^(noeviction|(allkeys|volatile)-(lru|lfu|random)|volatile-ttl)$/,
    example: 'allkeys-lru',
  },
  'maxmemory-samples': count,
  'set-max-intset-entries': count,
  'slowlog-max-len': count,
  'tcp-keepalive': count,
  maxclients: count,
  maxmemory: memory,
  timeout: count,
}

/** Checks what a size sets. Throws `AgentFault` that names the first setting that is wrong. */
export function checkRedisSettings(settings: Readonly<Record<string, string>>): void {
  checkSettings('Redis', allowed, settings)
}
