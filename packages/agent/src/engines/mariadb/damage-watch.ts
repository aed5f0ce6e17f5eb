import type { DamagedPage } from '../engine.ts'
import type { LogLine } from './server-log.ts'

/** So many tables are told of; each read of a damaged page writes to the log again. */
const toldAtMost = 50

export interface DamageWatch {
  line(line: LogLine): void
  /** Those from before come at once. */
  listen(listener: (page: DamagedPage) => void): void
  /** The first that was found, if any. */
  first(): DamagedPage | undefined
}

/** Notices damaged pages by what a server writes to its log, which no client can write to. */
export function createDamageWatch(): DamageWatch {
  const told = new Map<string, DamagedPage>()
  let listener: (page: DamagedPage) => void = () => {}
  return {
    line(line) {
      const page = parseDamage(line)
      if (!page) return
      const key = `${page.database}/${page.relation}`
      if (told.has(key) || told.size === toldAtMost) return
      told.set(key, page)
      listener(page)
    },
    listen(next) {
      listener = next
      for (const page of told.values()) next(page)
    },
    first: () => told.values().next().value,
  }
}

const damage =
  /InnoDB: (?:Database page corruption on disk or a failed read of file|Failed to read page (?<first>\d+) from file|Unable to read page \[page id: space=\d+, page number=(?<second>\d+)\] into the buffer pool after|Failed to read file) '(?<file>[^']+)'(?: (?:at offset|page \[page id: space=\d+, page number=)(?<third>\d+))?/

/** What a server says of a page that it could not read as it had written it. */
export function parseDamage({ severity, text }: LogLine): DamagedPage | undefined {
  if (severity !== 'ERROR') return undefined
  const groups = damage.exec(text)?.groups
  if (!groups) return undefined
  const block = groups.first ?? groups.second ?? groups.third
  const [, database, relation] = /^(?:.*\/)?([^/]+)\/([^/]+)\.ibd$/.exec(groups.file ?? '') ?? []
  return {
    database: database ?? null,
    relation: relation ?? null,
    block: block === undefined ? null : Number(block),
  }
}
