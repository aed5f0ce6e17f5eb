import type { Aliases } from '../../domain/aliases/index.ts'
import type { Kind } from './endpoint.ts'
import { notFound } from './errors.ts'
import { type Hyperlinks, readNumber } from './hyperlinks.ts'

export const DIALECT = 'dbaas'

/** The id of what has this number; null when nothing of the kind does. */
export async function findByNumber(aliases: Aliases, kind: Kind, text: string): Promise<string | null> {
  const number = readNumber(text)
  return number === null ? null : aliases.find(DIALECT, `${kind}/${number}`)
}

/** The same for what a path names: throws what is told as 404. */
export async function idByNumber(aliases: Aliases, kind: Kind, text: string): Promise<string> {
  const id = await findByNumber(aliases, kind, text)
  if (id === null) throw notFound()
  return id
}

/** Numbers of things, and hyperlinks to them. */
export interface Numbers {
  of(id: string): number
  link(kind: Kind, id: string): string
  /** Null for what there is not. */
  linkOrNull(kind: Kind, id: string | null): string | null
}

/** Reads the numbers of all that a presenter is going to name, at once. */
export async function readNumbers(
  aliases: Aliases,
  links: Hyperlinks,
  ids: readonly (string | null)[],
): Promise<Numbers> {
  const known = await aliases.read(
    DIALECT,
    ids.filter((id) => id !== null),
  )
  function of(id: string): number {
    const number = Number(known.get(id)?.split('/')[1])
    if (!Number.isInteger(number)) throw new Error(`${id} has no number`)
    return number
  }
  const link = (kind: Kind, id: string): string => links.item(kind, of(id))
  return { of, link, linkOrNull: (kind, id) => (id === null || !known.has(id) ? null : link(kind, id)) }
}
