import type { Kind } from '../operations.ts'

/** The segments of the DBaaS API’s paths, by what we call a thing. */
const SEGMENTS: Readonly<Partial<Record<Kind, string>>> = {
  database: 'database',
  connection: 'credential',
  project: 'project',
  plan: 'plan',
  environment: 'environment',
  engineType: 'engine_type',
  engine: 'engine',
  workspace: 'team',
}
const KINDS = new Map(Object.entries(SEGMENTS).map(([kind, segment]) => [segment, kind as Kind]))

/** What a field of a body, a filter, or a segment of a path is about. */
export const kindOfWord = (word: string): Kind | undefined => KINDS.get(word)

/** The field, filter or segment of a thing. */
export const wordOf = (kind: Kind): string => SEGMENTS[kind] ?? kind

/** A thing’s address without its host. */
export const linkTo = (kind: Kind, number: string): string => `/api/${wordOf(kind)}/${number}/`

/** What an address leads to. */
export function readLink(url: string): { kind: Kind; number: string } | undefined {
  const [, segment = '', number = ''] = /\/api\/(\w+)\/(\d+)\/$/.exec(url) ?? []
  const kind = kindOfWord(segment)
  return kind && { kind, number }
}
