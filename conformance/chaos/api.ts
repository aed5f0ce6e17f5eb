import assert from 'node:assert/strict'
import { own, request } from '../faults/api.ts'
import { until } from '../faults/until.ts'
import type { World } from './world.ts'

export interface Database {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly stateMessage: string | null
  readonly connectionString?: string | null
}

export interface RecoveryWindow {
  readonly earliest: string | null
  readonly latest: string | null
  readonly archive: { readonly state: string; readonly since: string } | null
  readonly spans: readonly { readonly from: string; readonly to: string }[]
}

export interface Backup {
  readonly id: string
  readonly state: string
  readonly error: string | null
  readonly verification: { readonly state: string; readonly error: string | null }
}

export interface RestorePoint {
  readonly id: string
  readonly state: string
  readonly error: string | null
}

/** Longer than anything here takes on a busy machine, while nothing is cut off. */
export const PATIENCE_MS = 90_000

export const call = <Body>(world: World, status: number, method: string, path: string, body?: unknown) =>
  own<Body>(world.croft, status, method, path, body)

export const getDatabase = (world: World, id: string) => call<Database>(world, 200, 'GET', `/databases/${id}`)

export function untilReady(world: World, id: string): Promise<Database> {
  return until(async () => {
    const database = await getDatabase(world, id)
    assert.equal(database.state, 'ready', `${database.name}: ${database.stateMessage}`)
    return database
  }, PATIENCE_MS)
}

/** The ids of what a list of databases holds, or the status when it is refused. */
export const isGone = async (world: World, id: string): Promise<boolean> => {
  const { url, adminToken: token } = world.croft.bootstrap
  return (await request({ url, token }, 'GET', `/api/croft/v1/databases/${id}`)).status === 404
}
