import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: Record<string, Content> }>>>>
  readonly components: object
}

/** An answer, as the client that got it has it: a body that was read already is given beside it. */
export interface Answered {
  readonly method: string
  /** As the document has it, with `{id}` and the like. */
  readonly path: string
  readonly response: Response
}

export interface OpenApiCheck {
  /** Throws unless the document declares this status, media type and body for the operation. */
  check(answered: Answered): Promise<void>
  /** Every operation of the document, as `GET /v1/projects/{id}`. */
  readonly operations: readonly string[]
  /** Those that were answered with a success so far. */
  readonly succeeded: ReadonlySet<string>
}

/** Holds answers against a committed document, `openapi/<name>.json`. */
export function openApiCheck(name: string): OpenApiCheck {
  const file = join(import.meta.dirname, '..', '..', 'openapi', `${name}.json`)
  const document: Document = JSON.parse(readFileSync(file, 'utf8'))
  const validators = new WeakMap<object, ReturnType<typeof compile>>()
  const succeeded = new Set<string>()

  // A schema's `#/components/...` is looked for in the schema itself, so each brings the components along.
  const compile = (schema: object) => Compile({ ...schema, components: document.components })
  function validatorOf(schema: object) {
    const known = validators.get(schema) ?? compile(schema)
    validators.set(schema, known)
    return known
  }

  return {
    succeeded,
    operations: Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
    async check({ method, path, response }) {
      const operation = `${method} ${path}`
      const declared = document.paths[path]?.[method.toLowerCase()]?.responses
      assert.ok(declared, `the document has no ${operation}`)
      const answer = declared[String(response.status)]
      const text = await response.clone().text()
      assert.ok(answer, `${operation} answered ${response.status}, which is not declared: ${text}`)
      const [mediaType = '', media] = Object.entries(answer.content ?? {})[0] ?? []
      if (media) {
        const { schema } = media
        assert.equal(response.headers.get('content-type')?.split(';')[0], mediaType, operation)
        const validator = validatorOf(schema)
        // Of a stream of JSON texts each line is checked.
        const texts = mediaType.endsWith('ndjson') ? text.split('\n').filter(Boolean) : [text]
        for (const each of texts) {
          const body: unknown = JSON.parse(each)
          const faults = validator.Check(body) ? [] : validator.Errors(body)
          assert.deepEqual(faults, [], `${operation} answered ${response.status} with ${text}`)
        }
      } else {
        assert.equal(text, '', `${operation} declares no body for ${response.status}`)
      }
      assert.ok(response.headers.get('x-request-id'), `${operation} has no request id`)
      if (response.ok) succeeded.add(operation)
    },
  }
}
