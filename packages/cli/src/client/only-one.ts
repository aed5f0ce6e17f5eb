import { CliFault } from '../fault.ts'

const SHOWN = 10

interface Named {
  readonly id: string
  readonly name: string
}

/** The one of `all` that a name or id means. Throws when there is none, or more than one; `noun` is what they are. */
export function onlyOne<T extends Named>(all: readonly T[], nameOrId: string, noun: string): T {
  const found = all.filter(({ id, name }) => id === nameOrId || name === nameOrId)
  const [first] = found
  if (first && found.length === 1) return first
  if (first) {
    throw new CliFault(`${found.length} of them are called "${nameOrId}".`, {
      hint: `Say which ${noun} by its id: ${found.map(({ id }) => id).join(', ')}`,
    })
  }
  const names = [...new Set(all.map(({ name }) => name))].sort()
  const more = names.length > SHOWN ? ', ...' : ''
  throw new CliFault(`There is no ${noun} "${nameOrId}".`, {
    hint: names.length === 0 ? 'There are none.' : `There is: ${names.slice(0, SHOWN).join(', ')}${more}`,
  })
}
