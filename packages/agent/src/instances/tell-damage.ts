import type { DamagedPage, Server } from '../engines/engine.ts'
import type { Body } from './body.ts'

/** The same relation is told of again after so long, in ms: each read of it finds the damage again. */
const AGAIN_MS = 3_600_000
/** Relations remembered of one instance. */
const REMEMBERED = 200

const told = new WeakMap<Body, Map<string, number>>()

/** Has pages that a server finds damaged told as events of its instance. */
export function tellDamage(body: Body, server: Server): void {
  server.onDamage?.((page) => {
    if (!isNews(body, page)) return
    body.log.error(page, 'the database server found a damaged page')
    body.host.tell.event('instance.corrupted', body.id, { ...page })
  })
}

function isNews(body: Body, { database, relation }: DamagedPage): boolean {
  const now = body.host.clock.now()
  const relations = told.get(body) ?? new Map<string, number>()
  told.set(body, relations)
  const key = `${database}/${relation}`
  const before = relations.get(key)
  if (before !== undefined && now - before < AGAIN_MS) return false
  const [oldest] = relations.keys()
  if (relations.size >= REMEMBERED && oldest !== undefined) relations.delete(oldest)
  relations.delete(key)
  relations.set(key, now)
  return true
}
