import { ErrorBody } from './schemas/envelope.ts'

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

/**
 * Routes declare the same error body for every status, since answers are checked against it. Written out each
 * time it would be nine tenths of the document, so there it is one schema that all refer to.
 */
export function shareErrors(document: object): object {
  const shared: Document = structuredClone(document)
  for (const methods of Object.values(shared.paths ?? {})) {
    for (const { responses = {} } of Object.values(methods)) {
      for (const [status, { content }] of Object.entries(responses)) {
        const media = content?.['application/json']
        if (Number(status) >= 400 && media) media.schema = { $ref: '#/components/schemas/Error' }
      }
    }
  }
  shared.components = {
    ...shared.components,
    schemas: { ...shared.components?.schemas, Error: ErrorBody('What went wrong.') },
  }
  return shared
}
