import { type TSchema, Type } from 'typebox'
import { NullableString, Shape } from './shape.ts'

export const Data = <Schema extends TSchema>(schema: Schema) =>
  Shape({ data: schema }, { description: 'The resource.' })

export const List = <Schema extends TSchema>(item: Schema) =>
  Shape(
    {
      data: Type.Array(item),
      pagination: Shape({
        nextCursor: NullableString({
          description: 'Pass it as `cursor` for the next page; null on the last.',
        }),
        hasMore: Type.Boolean({ description: 'Whether there is a next page.' }),
      }),
    },
    { description: 'One page of the list.' },
  )

/** A short list that has no pages. */
export const All = <Schema extends TSchema>(item: Schema) =>
  Shape({ data: Type.Array(item) }, { description: 'The whole list.' })

export const PageQuery = {
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: '`pagination.nextCursor` of the page before.' }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Rows on a page; 100 when left out, and never more than 1000.',
    }),
  ),
}

export const ErrorBody = (description: string) =>
  Shape(
    {
      error: Shape({
        code: Type.String({ description: 'What went wrong, for programs.' }),
        message: Type.String({ description: 'What went wrong, for people.' }),
        hint: Type.Optional(Type.String({ description: 'What to do about it.' })),
      }),
    },
    { description },
  )
