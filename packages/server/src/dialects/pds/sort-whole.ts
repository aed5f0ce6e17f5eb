import { CroftError } from '../../platform/errors/index.ts'

/** Sorts a list that comes whole, by an attribute that is text; with a minus before it, descending. */
export function sortWhole<Attribute extends string, Item extends Readonly<Record<Attribute, string>>>(
  items: readonly Item[],
  sortBy: string | undefined,
  attributes: readonly Attribute[],
): Item[] {
  const descending = sortBy?.startsWith('-') === true
  const named = descending ? sortBy?.slice(1) : sortBy
  if (named === undefined || named === '') return [...items]
  const attribute = attributes.find((each) => each === named)
  if (attribute === undefined) {
    const message = `must be one of ${attributes.join(', ')}`
    throw new CroftError('invalid-input', `The query is not valid: sort_by ${message}.`, {
      fields: [{ path: '/sort_by', message }],
    })
  }
  const compare = (one: Item, other: Item) =>
    one[attribute] < other[attribute] ? -1 : one[attribute] > other[attribute] ? 1 : 0
  return items.toSorted((one, other) => (descending ? compare(other, one) : compare(one, other)))
}
