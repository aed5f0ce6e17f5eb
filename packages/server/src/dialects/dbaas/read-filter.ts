import type { Call } from '../../domain/access/index.ts'
import type { NumberedFilter } from '../../domain/databases/index.ts'
import type { DbaasDeps } from './deps.ts'
import type { Kind } from './endpoint.ts'
import { isPrintable } from './fields.ts'
import { readHyperlink } from './hyperlinks.ts'
import { findByNumber } from './numbers.ts'

/**
 * `name`, `project`, `engine` and `environment` of a query; null when one of them is nothing that there is, or can be:
 * PostgreSQL takes NUL in no text.
 */
export async function readFilter(
  { aliases, engines }: Pick<DbaasDeps, 'aliases' | 'engines'>,
  call: Call,
  query: Readonly<Record<string, string>>,
): Promise<NumberedFilter | null> {
  /** A number, or an address; what is blank filters nothing, as a form sends it. */
  async function find(kind: Kind, text = ''): Promise<string | null | undefined> {
    if (text === '') return undefined
    const link = text.includes('/') ? readHyperlink(text, kind) : text
    return typeof link === 'string' ? findByNumber(aliases, kind, link) : null
  }
  const [projectId, environmentId, engineId] = await Promise.all([
    find('project', query.project),
    find('environment', query.environment),
    find('engine', query.engine),
  ])
  if (projectId === null || environmentId === null || engineId === null) return null
  const name = query.name === '' ? undefined : query.name
  if (name !== undefined && !isPrintable(name)) return null
  if (engineId === undefined) return { name, projectId, environmentId }
  for (const engine of await engines.listEngines(call)) {
    const version = engine.versions.find(({ id }) => id === engineId)
    if (version) return { name, projectId, environmentId, engine: engine.name, version: version.version }
  }
  return null
}
