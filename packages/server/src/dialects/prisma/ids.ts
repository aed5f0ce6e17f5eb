import { CroftError, type ErrorCode } from '../../platform/errors/index.ts'
import { decodeBase36, encodeBase36 } from '../../platform/ids/index.ts'

/** The kinds of things that have ids in this API, with the prefix and the word for each. */
export const KINDS = {
  workspace: { prefix: 'wksp', word: 'workspace', missing: 'workspace-not-found' },
  project: { prefix: 'proj', word: 'project', missing: 'project-not-found' },
  branch: { prefix: 'br', word: 'branch', missing: 'branch-not-found' },
  database: { prefix: 'db', word: 'database', missing: 'database-not-found' },
  connection: { prefix: 'con', word: 'connection', missing: 'credential-not-found' },
  backup: { prefix: 'bkp', word: 'backup', missing: 'backup-not-found' },
  integration: { prefix: 'itgr', word: 'integration', missing: 'grant-not-found' },
  serviceToken: { prefix: 'tok', word: 'service token', missing: 'token-not-found' },
  user: { prefix: 'usr', word: 'user', missing: 'not-authenticated' },
} as const satisfies Record<string, { prefix: string; word: string; missing: ErrorCode }>
export type Kind = keyof typeof KINDS

/** `db_<base 36 of the UUID>`. Throws on anything but a UUID: all our ids are. */
export function showId(kind: Kind, uuid: string): string {
  const encoded = encodeBase36(uuid)
  if (encoded === null) throw new TypeError(`not a UUID: ${uuid}`)
  return `${KINDS[kind].prefix}_${encoded}`
}

/** The UUID behind an id with or without its prefix; null when no thing of this kind can have that id. */
export function parseId(kind: Kind, text: string): string | null {
  const prefix = `${KINDS[kind].prefix}_`
  return decodeBase36(text.startsWith(prefix) ? text.slice(prefix.length) : text)
}

export interface IdReader {
  /** The UUID of an id that the client sent. Throws the kind's not-found when it cannot be one. */
  read(kind: Kind, text: string): string
  /** What the client called the one thing of this kind, for messages; null when it named several or none. */
  named(code: ErrorCode): { word: string; id: string | null } | null
}

/** Reads the ids of one request and remembers them, so that a not-found can name the id as it was sent. */
export function createIdReader(): IdReader {
  const seen = new Map<Kind, Set<string>>()
  return {
    read(kind, text) {
      const known = seen.get(kind) ?? new Set()
      seen.set(kind, known.add(text))
      const uuid = parseId(kind, text)
      if (uuid === null)
        throw new CroftError(KINDS[kind].missing, `There is no ${KINDS[kind].word} with this id.`)
      return uuid
    },
    named(code) {
      for (const [kind, { word, missing }] of Object.entries(KINDS)) {
        if (missing !== code || kind === 'user') continue
        const [id, ...others] = seen.get(kind as Kind) ?? []
        return { word, id: others.length === 0 ? (id ?? null) : null }
      }
      return null
    },
  }
}
