interface Media {
  schema?: object
}
interface Response {
  content?: Record<string, Media>
}
interface Document {
  paths?: Record<string, Record<string, { responses?: Record<string, Response> }>>
  components?: { schemas?: Record<string, object> }
}

export interface SharedError {
  /** Name of the schema in the document. */
  readonly name: string
  readonly schema: object
  readonly mediaType: string
}

/**
 * Routes declare the same error body for every status, since answers are checked against it. Written out each
 * time it would be nine tenths of the document, so there it is one schema that all refer to; and there it has the
 * media type that errors are sent with, which routes cannot declare without losing the check.
 */
export function shareErrors(document: object, { name, schema, mediaType }: SharedError): object {
  const shared: Document = structuredClone(document)
  for (const methods of Object.values(shared.paths ?? {})) {
    for (const { responses = {} } of Object.values(methods)) {
      for (const [status, response] of Object.entries(responses)) {
        if (!/^[45]/.test(status) || !response.content) continue
        response.content = { [mediaType]: { schema: { $ref: `#/components/schemas/${name}` } } }
      }
    }
  }
  shared.components = {
    ...shared.components,
    schemas: { ...shared.components?.schemas, [name]: schema },
  }
  return shared
}
