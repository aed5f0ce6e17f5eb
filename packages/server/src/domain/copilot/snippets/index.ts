import type { Snippet } from '../snippet.ts'
import { CASSANDRA } from './cassandra.ts'
import { CONSUL } from './consul.ts'
import { COUCHBASE } from './couchbase.ts'
import { ELASTICSEARCH } from './elasticsearch.ts'
import { GENERAL } from './general.ts'
import { KAFKA } from './kafka.ts'
import { MONGODB } from './mongodb.ts'
import { MYSQL } from './mysql.ts'
import { POSTGRES } from './postgres.ts'
import { RABBITMQ } from './rabbitmq.ts'
import { REDIS } from './redis.ts'
import { SQLSERVER } from './sqlserver.ts'
import { ZOOKEEPER } from './zookeeper.ts'

export { GENERAL } from './general.ts'

/** By the short names of data services; those that speak another's language have the other's. */
const OF: Readonly<Record<string, readonly Snippet[]>> = {
  cas: CASSANDRA,
  dse: CASSANDRA,
  con: CONSUL,
  cb: COUCHBASE,
  es: ELASTICSEARCH,
  kf: KAFKA,
  mdb: MONGODB,
  my: MYSQL,
  pg: POSTGRES,
  crdb: POSTGRES,
  rmq: RABBITMQ,
  red: REDIS,
  sql: SQLSERVER,
  zk: ZOOKEEPER,
}

/** What is known of a data service; nothing of one that has no snippets. */
export const snippetsOf = (shortName: string): readonly Snippet[] => OF[shortName] ?? []

export const allSnippets = (): readonly Snippet[] => [...new Set(Object.values(OF).flat()), ...GENERAL]
