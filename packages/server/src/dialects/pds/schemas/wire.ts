import { type TSchema, Type } from 'typebox'

const UUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'

/** Every id of this API. Of a path, another text is 400; one that nothing has is 404. */
export const Uuid = Type.String({ pattern: UUID, description: 'A UUID.' })
export const Timestamp = Type.String({ description: 'RFC 3339 in UTC, with microseconds.' })

/** The path of one thing. */
export const OfId = Type.Object({ id: Uuid })

/** What every list takes; `limit` is a number, written as text. */
export const listQuery = {
  limit: Type.Optional(
    Type.String({ description: 'Rows of a page at most, 1 to 5000, which is what it is.' }),
  ),
  continuation: Type.Optional(Type.String({ description: 'Of the page before: goes on behind it.' })),
  sort_by: Type.Optional(Type.String({ description: 'An attribute; with a minus before it, descending.' })),
}

/** The envelope of a list. On the last page there is no `pagination`: clients look for null. */
export const PageOf = <Item extends TSchema>(item: Item) =>
  Type.Object({
    data: Type.Array(item),
    pagination: Type.Optional(Type.Object({ continuation: Type.String() })),
  })

/** The envelope of a list that comes whole. */
export const ListOf = <Item extends TSchema>(item: Item) => Type.Object({ data: Type.Array(item) })
