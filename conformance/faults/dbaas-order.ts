import assert from 'node:assert/strict'
import type { DbaasClient, Json } from '../dbaas/client.ts'

/** What the API calls each engine. */
export const TYPES: Readonly<Record<string, string>> = {
  postgres: 'postgres',
  mariadb: 'mysql',
  redis: 'redis',
}

/** An environment that every plan is for. */
export const PLACE = '/api/environment/1/'
export const NO_CAPACITY =
  'Sorry. I have no infra-structure to allocate this database. Try select another plan.'

/** The plan of an engine that people order. */
export async function planOf({ want }: DbaasClient, engine: string): Promise<string> {
  const { plan } = await want(200, 'GET', '/api/plan/?page_size=100')
  const { enginetype } = await want(200, 'GET', '/api/engine_type/')
  const type = (enginetype as Json[]).find(({ name }) => name === TYPES[engine])?._links.self
  const found = (plan as (Json & { engine_type: string; is_default: boolean })[]).find(
    (each) => each.is_default && each.engine_type === type,
  )
  return found?._links.self ?? assert.fail(`no plan for ${engine}`)
}

/** Where a credential logs in. */
export async function stringOf({ want }: DbaasClient, credential: string): Promise<string> {
  const { user, password, database } = await want(200, 'GET', credential)
  const { endpoint } = await want(200, 'GET', String(database))
  return String(endpoint).replace('<user>', String(user)).replace('<password>', String(password))
}
