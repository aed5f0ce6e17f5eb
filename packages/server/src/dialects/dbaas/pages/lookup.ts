import { KINDS, type Kind, SEGMENTS } from '../endpoint.ts'
import type { Hal } from '../hal.ts'
import type { PageInput } from '../render.ts'
import { nameOf, pathOf, textOf, thingsOf } from './read-hal.ts'
import { listPath } from './words.ts'

/** Things that a form may offer; more are chosen by their address. */
const MOST_CHOICES = 500
const PAGE = 100
/** Reads for the names on one page; what comes after is called by its number. */
const MOST_READS = 60

export interface Choices {
  readonly things: readonly Hal[]
  /** Whether these are all. */
  readonly complete: boolean
}

/** Other things as the caller sees them, each read once for a page. */
export interface Lookup {
  find(url: string): Promise<Hal | null>
  /** What the thing at an address is called: `mysql 10.11` of an engine. Its number where it cannot be read. */
  nameAt(url: string): Promise<string>
  choices(kind: Kind): Promise<Choices>
}

const kindAt = (path: string): Kind | null =>
  KINDS.find((kind) => SEGMENTS[kind] === path.split('/')[2]) ?? null

export function createLookup(read: PageInput['read']): Lookup {
  const found = new Map<string, Promise<Hal | null>>()
  const lists = new Map<Kind, Promise<Choices>>()
  function find(url: string): Promise<Hal | null> {
    const path = pathOf(url)
    const known = found.get(path)
    if (known) return known
    const reading = found.size < MOST_READS ? read(path) : Promise.resolve(null)
    found.set(path, reading)
    return reading
  }
  async function nameAt(url: string): Promise<string> {
    const path = pathOf(url)
    const [kind, hal] = [kindAt(path), await find(path)]
    if (kind === null || hal === null) return `number ${path.split('/')[3]}`
    const type = kind === 'engine' ? textOf(hal, 'engine_type') : null
    return type === null ? nameOf(kind, hal) : `${await nameAt(type)} ${nameOf(kind, hal)}`
  }
  async function readAll(kind: Kind): Promise<Choices> {
    const things: Hal[] = []
    let path: string | null = `${listPath(kind)}?page_size=${PAGE}`
    while (path !== null && things.length < MOST_CHOICES) {
      const page: Hal | null = await read(path)
      things.push(...thingsOf(page, kind))
      path = page?._links.next ? pathOf(page._links.next) : null
    }
    for (const each of things) found.set(pathOf(each._links.self), Promise.resolve(each))
    return { things, complete: path === null }
  }
  return {
    find,
    nameAt,
    choices(kind) {
      const known = lists.get(kind) ?? readAll(kind)
      lists.set(kind, known)
      return known
    },
  }
}
