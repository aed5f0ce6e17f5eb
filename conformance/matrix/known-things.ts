import { prismaId, uuidOf } from '../harness/prisma-id.ts'
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

/** An id in the words of a dialect. */
export function inWordsOf(dialect: Dialect, kind: Kind, uuid: string): string {
  if (dialect !== 'prisma') return uuid
  const prefix = Object.keys(PREFIXES).find((each) => PREFIXES[each] === kind)
  return prismaId(prefix ?? 'app', uuid)
}

/** The UUID of an id in the words of any dialect. */
export const uuidIn = (id: string) => (UUID.test(id) ? id : uuidOf(id))

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
    learn(resource: string, body: unknown): Thing[] {
      const found = [...thingsIn(body, kindOf('id', resource))]
      for (const thing of found) {
        const known = things.get(thing.uuid)
        if (!known || known.parent === undefined) things.set(thing.uuid, thing)
      }
      return found
    },
    of: (kind: Kind): Thing[] => [...things.values()].filter((each) => each.kind === kind),
    delete: (uuid: string): void => void deleted.add(uuid),
    gone: (): Thing[] => [...things.values()].filter(({ uuid }) => isGone(uuid)),
    size: (): number => things.size,
  }
}
