import { type TObjectOptions, type TProperties, type TSchema, Type } from 'typebox'

/** An object of ours, with nothing beyond what it declares: a field that slips in fails the response check. */
export function Shape<Properties extends TProperties>(properties: Properties, options: TObjectOptions = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

/** `"type": ["string", "null"]`, which serializes faster than a union of two schemas. */
export function NullableString(options: { description: string; format?: string }) {
  return Type.Unsafe<string | null>({ type: ['string', 'null'], ...options })
}

export function Nullable<Schema extends TSchema>(schema: Schema, description: string) {
  return Type.Union([schema, Type.Null()], { description })
}

export function OneOf<const Values extends readonly string[]>(values: Values, description: string) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], description })
}

export const Timestamp = (description: string) => Type.String({ format: 'date-time', description })

export const CreatedAt = Timestamp('When it was created, ISO 8601 in UTC.')

export const Id = (prefix: string, description: string) =>
  Type.String({ pattern: `^${prefix}_[a-z0-9]+$`, description })

export const SelfLink = Type.String({
  format: 'uri',
  description: 'Where this resource is in the API; not a database URL.',
})
