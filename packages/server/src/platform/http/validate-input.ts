import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Value } from 'typebox/value'
import { CroftError, type ErrorDetails } from '../errors/index.ts'
import { convertText } from './convert-text.ts'
import { meantErrors } from './meant-errors.ts'

const PART_NAMES: Readonly<Record<string, string>> = {
  body: 'request body',
  params: 'path',
  querystring: 'query',
  headers: 'request headers',
}

// More would only make the answer long: each is repaired one by one anyway.
const MOST_FIELDS = 20

export function fieldFaults(
  errors: readonly TLocalizedValidationError[],
): NonNullable<ErrorDetails['fields']> {
  const fields = new Map<string, string>()
  for (const error of meantErrors(errors)) {
    // A union gives an error for each of its branches at one place; the first says enough.
    if (fields.has(error.instancePath)) continue
    // Of a field where the schema allows no more of them.
    const message = error.keyword === 'boolean' ? 'is not known here' : error.message
    fields.set(error.instancePath, message)
  }
  return [...fields].slice(0, MOST_FIELDS).map(([path, message]) => ({ path, message }))
}

/**
 * Checks input by the TypeBox schemas of a route and fills in defaults. Only what is text on the wire (path,
 * query, headers) is converted: `"1"` in a body is not a number. Nothing is removed. Throws `invalid-input` with
 * the fields at fault.
 */
export const validateInput: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema)
  const part = PART_NAMES[httpPart ?? 'body'] ?? 'request'
  return (given: unknown) => {
    const value = Value.Default(schema, httpPart === 'body' ? given : convertText(schema, given))
    if (compiled.Check(value)) return { value }
    const fields = fieldFaults(compiled.Errors(value))
    const [first] = fields
    const where = first?.path ? `${first.path.slice(1).replaceAll('/', '.')} ` : ''
    const error = new CroftError(
      'invalid-input',
      `The ${part} is not valid: ${where}${first?.message ?? ''}`,
      {
        fields,
      },
    )
    return { error }
  }
}
