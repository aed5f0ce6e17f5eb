import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { CroftError } from '../../platform/errors/index.ts'
import { convertText } from '../../platform/http/index.ts'

const PARTS: Readonly<Record<string, string>> = {
  body: 'body',
  params: 'params',
  querystring: 'query',
  headers: 'headers',
}
const MOST_FAULTS = 20

interface Fault {
  readonly path: string
  readonly message: string
  readonly keyword: string
}

const pointerOf = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** In the words that the validator of the original has. */
function faultsOf(part: string, error: TLocalizedValidationError): Fault[] {
  const at = `/${part}${error.instancePath}`
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        path: `${at}/${pointerOf(name)}`,
        message: `should have required property '${name}'`,
        keyword: error.keyword,
      }))
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        path: `${at}/${pointerOf(name)}`,
        message: 'should NOT have additional properties',
        keyword: error.keyword,
      }))
    // Beside the one before, of the property itself.
    case 'boolean':
      return []
    default: {
      const message = error.message.replace(/^must not /, 'should NOT ').replace(/^must /, 'should ')
      return [{ path: at, message, keyword: error.keyword }]
    }
  }
}

/** Checks input by the schemas of a route; only what is text on the wire is converted. Throws `invalid-input`. */
export const validateRequest: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  const compiled = Compile(schema)
  const part = PARTS[httpPart] ?? httpPart
  return (given: unknown) => {
    const value: unknown = httpPart === 'body' ? given : convertText(schema, given)
    if (compiled.Check(value)) return { value }
    const fields = compiled
      .Errors(value)
      .flatMap((error) => faultsOf(part, error))
      .slice(0, MOST_FAULTS)
    return { error: new CroftError('invalid-input', 'The request is not valid.', { fields }) }
  }
}
