import { randomBytes } from 'node:crypto'
import type { Management } from '../management.ts'
import { asCorruption, corruption } from './corruption.ts'
import { type CheckSchemas, checksOf, type Relation } from './relation-checks.ts'

/** Checks everything that one database stores, and says how many relations that was. Throws as `verifyServer`. */
export async function verifyDatabase(
  database: string,
  session: Management,
  signal: AbortSignal,
): Promise<number> {
  const relations = await during(database, 'its catalog', async () => {
    const schemas = await addExtensions(session)
    return { schemas, list: await listRelations(session) }
  })
  for (const relation of relations.list) {
    signal.throwIfAborted()
    const about = `the ${relation.kind} ${relation.name}`
    for (const check of checksOf(relation, relations.schemas)) {
      await during(database, about, async () => {
        const [fault] = await check(session)
        if (fault !== undefined) throw corruption(database, about, fault)
      })
    }
  }
  return relations.list.length
}

async function during<Result>(database: string, what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw asCorruption(database, what, error)
  }
}

/** In schemas of names that nobody can have prepared; where an extension is already, it serves. */
async function addExtensions(session: Management): Promise<CheckSchemas> {
  const schema = `croft_verify_${randomBytes(8).toString('hex')}`
  await session.script(`CREATE SCHEMA ${schema};
    CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA ${schema};
    CREATE EXTENSION IF NOT EXISTS pg_prewarm SCHEMA ${schema};
    ALTER EXTENSION amcheck UPDATE`)
  const rows = await session.query<{ name: string; schema: string; gin: boolean }>(
    `SELECT extname AS name, quote_ident(nspname) AS schema,
            EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = n.oid AND proname = 'gin_index_check') AS gin
       FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
      WHERE extname IN ('amcheck', 'pg_prewarm')`,
  )
  const amcheck = rows.find(({ name }) => name === 'amcheck')
  const prewarm = rows.find(({ name }) => name === 'pg_prewarm')
  if (!amcheck || !prewarm) throw new Error('extensions that were just made are not there')
  return { amcheck: amcheck.schema, prewarm: prewarm.schema, gin: amcheck.gin }
}

/** What has pages: no views, no parents of partitions. Unlogged ones are empty after a restore. */
function listRelations(session: Management): Promise<(Relation & Record<string, unknown>)[]> {
  return session.query(
    `SELECT c.oid::text AS oid, format('%I.%I', n.nspname, c.relname) AS name,
            CASE c.relkind WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table'
                           WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
            a.amname AS method, coalesce(i.indisvalid AND i.indisready, true) AS valid,
            i.indexprs IS NOT NULL OR i.indpred IS NOT NULL AS computed,
            pg_relation_size(c.oid)::float8 AS bytes
       FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_am a ON a.oid = c.relam
       LEFT JOIN pg_index i ON i.indexrelid = c.oid
      WHERE c.relkind IN ('r', 'i', 'S', 't', 'm') AND c.relpersistence = 'p'
        AND pg_relation_filenode(c.oid) IS NOT NULL
      ORDER BY c.relkind <> 'r', c.oid`,
  )
}
