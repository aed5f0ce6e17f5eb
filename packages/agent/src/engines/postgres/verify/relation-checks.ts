import type { Management } from '../management.ts'
import { isDamage } from './corruption.ts'

export interface Relation {
  readonly oid: string
  /** With its schema, quoted where it has to be. */
  readonly name: string
  readonly kind: 'index' | 'sequence' | 'table' | 'TOAST table' | 'materialized view'
  /** Access method; null for a sequence. */
  readonly method: string | null
  readonly valid: boolean
  /** An index on expressions, or of part of a table: entries are found by calling functions of its owner. */
  readonly computed: boolean
  readonly bytes: number
}

/** Where the checking functions are. */
export interface CheckSchemas {
  readonly amcheck: string
  readonly prewarm: string
  readonly gin: boolean
}

/** Gives what is wrong, if anything; damage may as well be thrown as an error of SQL. */
export type Check = (session: Management) => Promise<string[]>

/** Functions of an index's owner get a minute, and a second more for each MB. */
const computedMs = (bytes: number): number => 60_000 + Math.ceil(bytes / 1e6) * 1000

/**
 * Every one of these reads all pages of the relation, and so checks their checksums. pg_prewarm does nothing else,
 * and only when it goes through the server's own buffers.
 */
export function checksOf(relation: Relation, schemas: CheckSchemas): Check[] {
  const call = (text: string): Check => {
    return async (session) => {
      await session.query(`SELECT ${text}`)
      return []
    }
  }
  const oid = `${relation.oid}::oid::regclass`
  const read = call(`${schemas.prewarm}.pg_prewarm(${oid}, 'buffer')`)
  if (relation.kind !== 'index') {
    return relation.method === 'heap' ? [heap(oid, schemas.amcheck)] : [read]
  }
  if (!relation.valid) return [read]
  const complete = call(`${schemas.amcheck}.bt_index_check(${oid}, true)`)
  if (relation.method === 'btree' && relation.computed) {
    return [call(`${schemas.amcheck}.bt_index_check(${oid})`), lenient(complete, computedMs(relation.bytes))]
  }
  if (relation.method === 'btree') return [complete]
  if (relation.method === 'gin' && schemas.gin)
    return [call(`${schemas.amcheck}.gin_index_check(${oid})`), read]
  return [read]
}

/** verify_heapam tells of damage in rows, and goes on; the first is enough. */
function heap(oid: string, schema: string): Check {
  return async (session) => {
    const rows = await session.query<{ blkno: string; msg: string }>(
      `SELECT blkno::text, msg FROM ${schema}.verify_heapam(${oid}, true, true, 'none', NULL, NULL) LIMIT 1`,
    )
    return rows.map(({ blkno, msg }) => `block ${blkno}: ${msg}`)
  }
}

/**
 * amcheck runs the functions of an index as its owner, without any other rights. One that fails, or takes for ever, is
 * no damage of the data: the index's own structure has been checked before.
 */
function lenient(check: Check, patienceMs: number): Check {
  return async (session) => {
    await session.query(`SET statement_timeout = ${patienceMs}`)
    try {
      return await check(session)
    } catch (error) {
      if (isDamage(error) || !isOfStatement(error)) throw error
      return []
    } finally {
      await session.query('RESET statement_timeout')
    }
  }
}

/** The statement failed, and not the session or the server. */
function isOfStatement(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return /^[0-9A-Z]{5}$/.test(error.code) && !/^(08|53|57P)/.test(error.code)
}
