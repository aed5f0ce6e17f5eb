import assert from 'node:assert/strict'
import type { Kind } from '../operations.ts'
import { send } from '../own.ts'
import type { Ids } from '../tenant.ts'
import { asPassword } from './basic.ts'
import { kindOfWord, linkTo } from './links.ts'

interface Item {
  readonly id: number
  readonly name?: string
  readonly user?: string
  readonly database?: string
  readonly version?: string
}

/** What tells a tenant’s things from others in lists. */
export interface Known {
  readonly name: string
  readonly database: string
  /** The login name of its connection. */
  readonly user: string
  readonly engineVersion: string
}

/** The numbers of a tenant’s things, by its service token. What this API does not have keeps its id. */
export async function readNumbers(url: string, token: string, ids: Ids, known: Known): Promise<Ids> {
  const { name, user, engineVersion } = known
  const sameName = (wanted: string) => (item: Item) => item.name === wanted
  const find = async (word: string, isIt: (item: Item) => boolean): Promise<[Kind, string]> => {
    const path = `/api/${word}/?page_size=100`
    const body = await send<Record<string, readonly Item[]>>({ url, headers: asPassword(token) }, 'GET', path)
    const [, items = []] = Object.entries(body).find(([field]) => field !== '_links') ?? []
    const item = items.find(isIt)
    const kind = kindOfWord(word)
    assert.ok(item && kind, `${path} has no ${JSON.stringify(known)}: ${JSON.stringify(items)}`)
    return [kind, String(item.id)]
  }
  const [, database] = await find('database', sameName(known.database))
  const found: [Kind, string][] = [['database', database]]
  for (const [word, isIt] of [
    [
      'credential',
      (item: Item) => item.user === user && item.database?.endsWith(linkTo('database', database)),
    ],
    ['project', sameName(name)],
    ['plan', sameName(name)],
    ['environment', sameName(name)],
    ['engine_type', sameName('postgres')],
    ['engine', (item: Item) => item.version === engineVersion],
    ['team', sameName(name)],
  ] as const) {
    found.push(await find(word, (item) => isIt(item) === true))
  }
  return { ...ids, ...Object.fromEntries(found) }
}
