import { type TSchema, Type } from 'typebox'

export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: 'Items on a page.' }),
  ),
  cursor: Type.Optional(
    Type.String({ description: '`pagination.nextCursor` of the page before.', maxLength: 100 }),
  ),
}

/** A page of a list. */
export const pageOf = <Item extends TSchema>(item: Item) =>
  Type.Object(
    {
      data: Type.Array(item),
      pagination: Type.Object(
        {
          nextCursor: Type.Union([Type.String(), Type.Null()]),
          hasMore: Type.Boolean(),
        },
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  )

export const IdParams = Type.Object({ id: Type.String({ description: 'UUID.', maxLength: 100 }) })
