import type { Snippet } from '../snippet.ts'

export const REDIS: readonly Snippet[] = [
  {
    title: 'Read and write a value',
    keywords:
      'get set read write store put add insert update change value values key record records string fetch retrieve',
    text: `\`\`\`
SET {key} "value"
GET {key}
MSET a 1 b 2
MGET a b
INCR counter
\`\`\``,
  },
  {
    title: 'List keys',
    keywords:
      'list show display all keys key find search scan pattern count number many records entries database table',
    text: `\`\`\`
SCAN 0 MATCH user:* COUNT 1000
DBSIZE
TYPE {key}
\`\`\`
\`SCAN\` goes through them step by step; \`KEYS *\` stops the server while it looks.`,
  },
  {
    title: 'Delete keys, and let them expire',
    keywords: 'delete remove erase drop flush clear expire expiry ttl timeout key keys cache evict',
    text: `\`\`\`
DEL {key}
UNLINK {key}
EXPIRE {key} 3600
TTL {key}
FLUSHDB ASYNC
\`\`\``,
  },
  {
    title: 'Hashes, lists, sets and sorted sets',
    keywords:
      'hash list set sorted leaderboard field fields push pop member members queue stack object table row hset hgetall create',
    text: `\`\`\`
HSET user:1 name Ann age 30
HGETALL user:1
LPUSH jobs a b
BRPOP jobs 5
SADD tags red blue
SMEMBERS tags
ZADD scores 10 ann 20 bob
ZREVRANGE scores 0 9 WITHSCORES
\`\`\``,
  },
  {
    title: 'Memory, slow commands and clients',
    keywords:
      'memory usage slow slowlog performance latency monitor clients connections info statistics size maxmemory',
    text: `\`\`\`
INFO memory
MEMORY USAGE {key}
SLOWLOG GET 10
CLIENT LIST
\`\`\``,
  },
  {
    title: 'Publish, streams and transactions',
    keywords:
      'publish subscribe channel message messages stream consumer transaction multi exec atomic watch script lua',
    text: `\`\`\`
SUBSCRIBE news
PUBLISH news "hello"
XADD events * type login
XREAD COUNT 10 STREAMS events 0
MULTI
INCR a
EXEC
\`\`\``,
  },
]
