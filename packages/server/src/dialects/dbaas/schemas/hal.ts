import { type TProperties, type TSchema, Type } from 'typebox'
import type { Kind } from '../endpoint.ts'
import type { Hal } from '../hal.ts'

export const Url = (description?: string) =>
  Type.String({ format: 'uri', ...(description === undefined ? {} : { description }) })
const NullableUrl = (description: string) =>
  Type.Union([Type.String({ format: 'uri' }), Type.Null()], { description })

const Self = Type.Object({ self: Url() }, { additionalProperties: false })

/** A thing: where it is, its number and its fields. */
export const item = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(
    { _links: Self, id: Type.Integer({ minimum: 1 }), ...properties },
    { additionalProperties: false },
  )

/** A page of things, under the name of their kind. */
export const pageOf = (name: Kind, one: TSchema) =>
  Type.Unsafe<Hal>(
    Type.Object(
      {
        _links: Type.Object(
          {
            count: Type.Integer({ minimum: 0, description: 'Of all pages.' }),
            self: Url(),
            previous: NullableUrl('The page before this one.'),
            next: NullableUrl('The page after this one.'),
          },
          { additionalProperties: false },
        ),
        [name]: Type.Array(one),
      },
      { additionalProperties: false },
    ),
  )

export const LinkOrNull = NullableUrl

const ErrorSelf = Type.Object(
  {
    self: Type.String({
      format: 'uri-reference',
      description: 'Without a host, where the Host header names none.',
    }),
  },
  { additionalProperties: false },
)

/** How failures look: `detail`, `error`, or the fields at fault. */
export const ErrorBody = (description: string) =>
  Type.Object(
    {
      _links: ErrorSelf,
      detail: Type.Optional(Type.String()),
      error: Type.Optional(Type.Array(Type.String())),
      __all__: Type.Optional(Type.Array(Type.String())),
      non_field_errors: Type.Optional(Type.Array(Type.String())),
    },
    { additionalProperties: Type.Array(Type.String()), description },
  )

export const PageQuery = {
  page: Type.Optional(Type.String({ description: 'From 1 on, or `last`.' })),
  page_size: Type.Optional(Type.String({ description: '10 unless given, 100 at most.' })),
  format: Type.Optional(Type.String({ description: '`json`, or `api` for a page; in place of `Accept`.' })),
}
export const ListQuery = Type.Object(PageQuery)
