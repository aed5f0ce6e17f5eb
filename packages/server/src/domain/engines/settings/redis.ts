import { GB, KB, MB, type Setting, type SettingLanguage } from './setting.ts'

const onOff: Setting = { kind: 'boolean', restart: false }
const count = (min: number, max: number): Setting => ({ kind: 'integer', min, max, restart: false })

/**
 * What concerns memory, pace and how small values are stored. Not what Croft manages or what reaches out of the
 * server: files, addresses, access, persistence, replication, modules.
 */
export const redis: SettingLanguage = {
  byteUnits: { b: 1, k: 1000, kb: KB, m: 1000 * 1000, mb: MB, g: 1000 * 1000 * 1000, gb: GB },
  durationUnits: {},
  exactCase: false,
  booleans: ['yes', 'no'],
  writeBytes: (bytes) => String(bytes),
  settings: {
    'active-expire-effort': count(1, 10),
    'hash-max-listpack-entries': count(0, 1_000_000),
    'hash-max-listpack-value': count(0, 1_000_000),
    'hll-sparse-max-bytes': count(0, 16_000),
    hz: count(1, 500),
    'lazyfree-lazy-eviction': onOff,
    'lazyfree-lazy-expire': onOff,
    'lazyfree-lazy-server-del': onOff,
    'lazyfree-lazy-user-del': onOff,
    'lazyfree-lazy-user-flush': onOff,
    'lfu-decay-time': count(0, 1_000_000),
    'lfu-log-factor': count(0, 1_000_000),
    'list-compress-depth': count(0, 1_000_000),
    'list-max-listpack-size': {
      kind: 'integer',
      min: 1,
      max: 65_536,
      also: [-5, -4, -3, -2, -1],
      restart: false,
    },
    maxclients: count(20, 10_000),
    maxmemory: { kind: 'bytes', bare: 1, ofMemory: true, min: MB, max: 1024 * GB, restart: false },
    'maxmemory-policy': {
      kind: 'enum',
      values: [
        'noeviction',
        'allkeys-lru',
        'allkeys-lfu',
        'allkeys-random',
        'volatile-lru',
        'volatile-lfu',
        'volatile-random',
        'volatile-ttl',
      ],
      restart: false,
    },
    'maxmemory-samples': count(1, 64),
    'notify-keyspace-events': {
      kind: 'text',
      pattern: /^[AKEg$lshzxetdmn]{0,16}$/,
      example: 'KEA',
      restart: false,
    },
    'set-max-intset-entries': count(0, 1_000_000),
    'slowlog-log-slower-than': { kind: 'integer', min: 0, max: 2_147_483_647, also: [-1], restart: false },
    'slowlog-max-len': count(0, 100_000),
    'stream-node-max-bytes': { kind: 'bytes', bare: 1, ofMemory: true, min: 0, max: GB, restart: false },
    'stream-node-max-entries': count(0, 1_000_000),
    'tcp-keepalive': count(0, 86_400),
    timeout: count(0, 31_536_000),
    'zset-max-listpack-entries': count(0, 1_000_000),
    'zset-max-listpack-value': count(0, 1_000_000),
  },
}
