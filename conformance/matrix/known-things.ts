import { prismaId, uuidOf } from '../harness/prisma-id.ts'
import { readLink, wordOf } from './dbaas/links.ts'
import { type Dialect, type Kind, kindOf } from './operations.ts'

const PREFIXES: Readonly<Record<string, Kind>> = {
  wksp: 'workspace',
  proj: 'project',
  br: 'branch',
  db: 'database',
  con: 'connection',
  itgr: 'integration',
  tok: 'token',
  bkp: 'backup',
}
const PREFIXED = /^([a-z]+)_[0-9a-z]{25}$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What a thing of the DBaaS API is known by; its numbers are of a kind. */
const OF_DBAAS = 'dbaas'
export const isOfDbaas = (id: string): boolean => id.startsWith(`${OF_DBAAS}/`)

/** An id in the words of a dialect. */
export function inWordsOf(dialect: Dialect, kind: Kind, uuid: string): string {
  if (dialect === 'dbaas') return uuid.split('/').at(-1) ?? ''
  if (dialect !== 'prisma') return uuid
  const prefix = Object.keys(PREFIXES).find((each) => PREFIXES[each] === kind)
  return prismaId(prefix ?? 'app', uuid)
}

/** The UUID of an id in the words of any dialect. */
export const uuidIn = (id: string) => (UUID.test(id) ? id : uuidOf(id))

/** What a thing is known by here. */
export const knownAs = (dialect: Dialect, kind: Kind, id: string): string =>
  dialect === 'dbaas' ? `${OF_DBAAS}/${wordOf(kind)}/${id}` : uuidIn(id)

export interface Thing {
  readonly kind: Kind
  readonly uuid: string
  /** The database of a connection or backup, the project of a database or branch. */
  readonly parent: string | undefined
}

interface Shown {
  readonly id?: unknown
  readonly projectId?: unknown
  readonly databaseId?: unknown
  readonly project?: { readonly id?: unknown }
  readonly database?: { readonly id?: unknown } | null
  readonly apiKey?: unknown
  readonly value?: unknown
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The things in an answer; `kind` is what its UUIDs are of, those of Prisma say it themselves. */
function* thingsIn(body: unknown, kind: Kind | undefined): Generator<Thing> {
  if (!isObject(body)) return
  const { id, projectId, databaseId, project, database, apiKey, value }: Shown = body
  const key = kind === 'apiKey' ? value : apiKey
  if (typeof key === 'string' && UUID.test(key)) {
    yield { kind: 'keyValue', uuid: key, parent: typeof id === 'string' ? id : undefined }
  }
  const own = typeof id === 'string' ? (PREFIXES[PREFIXED.exec(id)?.[1] ?? ''] ?? kind) : undefined
  if (own !== undefined && typeof id === 'string' && (PREFIXED.test(id) || UUID.test(id))) {
    // A new project shows its database, which is no parent of it.
    const above = own === 'project' ? undefined : (databaseId ?? database?.id ?? projectId ?? project?.id)
    yield { kind: own, uuid: uuidIn(id), parent: typeof above === 'string' ? uuidIn(above) : undefined }
  }
  for (const [name, inner] of Object.entries(body)) {
    // Inside of a thing of Croft's own API are things of other kinds.
    yield* thingsIn(inner, Array.isArray(body) || name === 'data' ? kind : undefined)
  }
}

interface Hal {
  readonly _links?: { readonly self?: string }
  readonly database?: unknown
}

/** The same of the DBaaS API: things say where they are. */
function* thingsInHal(body: unknown): Generator<Thing> {
  if (Array.isArray(body)) for (const each of body) yield* thingsInHal(each)
  if (!isObject(body) || Array.isArray(body)) return
  const { _links, database }: Hal = body
  const known = (url: unknown) => {
    const found = typeof url === 'string' ? readLink(url) : undefined
    return found && { kind: found.kind, uuid: knownAs('dbaas', found.kind, found.number) }
  }
  const own = known(_links?.self)
  if (own) yield { ...own, parent: known(database)?.uuid }
  else for (const items of Object.values(body)) yield* thingsInHal(items)
}

/** The ids that answers have told of, and what became of them. */
export function createKnownThings() {
  const things = new Map<string, Thing>()
  const deleted = new Set<string>()

  /** Whether it, or what it belongs to, was deleted. */
  function isGone(uuid: string): boolean {
    if (deleted.has(uuid)) return true
    const parent = things.get(uuid)?.parent
    return parent !== undefined && isGone(parent)
  }
  return {
    isGone,
    /** Remembers every thing in an answer, and returns them; `resource` is the last plural of the path. */
    learn(resource: string, body: unknown, dialect: Dialect = 'croft'): Thing[] {
      const found = [...(dialect === 'dbaas' ? thingsInHal(body) : thingsIn(body, kindOf('id', resource)))]
      for (const thing of found) {
        const known = things.get(thing.uuid)
        if (!known || known.parent === undefined) things.set(thing.uuid, thing)
      }
      return found
    },
    of: (kind: Kind): Thing[] => [...things.values()].filter((each) => each.kind === kind),
    /** Databases may be in another project by now. */
    forgetProjects(): void {
      for (const [uuid, thing] of things)
        if (thing.kind === 'database') things.set(uuid, { ...thing, parent: undefined })
    },
    delete: (uuid: string): void => void deleted.add(uuid),
    gone: (): Thing[] => [...things.values()].filter(({ uuid }) => isGone(uuid)),
    size: (): number => things.size,
  }
}
