/** A page that a server could not read as it had written it, by the file it lies in. */
export interface DamagedFile {
  /** Oid of its database; null for what all databases share. */
  readonly database: string | null
  readonly filenode: string
  readonly block: number
  /** Its checksum is wrong, which the server counts too; else the file is too short. */
  readonly counted: boolean
}

/**
 * What a server says of a page. PostgreSQL 18 says it to its log even for a client's read; in versions before, it is
 * the client's error only.
 */
const invalid = /^invalid page in block (\d+) of relation "?(?:base\/(\d+)|global)\/(\d+)(?:_[a-z]+)?"?$/
const short =
  /^could not read blocks? (\d+)(?:\.\.\d+)? in file "(?:base\/(\d+)|global)\/(\d+)(?:_[a-z]+)?(?:\.\d+)?": read only \d+ of \d+ bytes$/

export function parseDamage(text: string): DamagedFile | undefined {
  const [, block, database, filenode] = invalid.exec(text) ?? short.exec(text) ?? []
  if (block === undefined || filenode === undefined) return undefined
  return { block: Number(block), database: database ?? null, filenode, counted: invalid.test(text) }
}
