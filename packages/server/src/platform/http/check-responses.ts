import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { IsSchema, type TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { problemOf } from './problem.ts'
import { toCroftError } from './to-croft-error.ts'
import { fieldFaults } from './validate-input.ts'

/** A route answered what its schema does not say; a mistake in Croft. */
export class UndeclaredResponse extends Error {
  constructor(request: FastifyRequest, status: number, fault: string) {
    super(`${request.routeOptions.config.operation ?? request.routeOptions.url} answered ${status}: ${fault}`)
    this.name = 'UndeclaredResponse'
  }
}

const compiled = new WeakMap<object, Validator>()

function validatorOf(schema: TSchema): Validator {
  const known = compiled.get(schema)
  if (known) return known
  const made = Compile(schema)
  compiled.set(schema, made)
  return made
}

/** The schema for a status: `404`, else `4xx`, else `default`. Undefined when the route declares nothing at all. */
function declaredFor(request: FastifyRequest, status: number): { schema: unknown } | undefined {
  const declared = request.routeOptions.schema?.response
  if (typeof declared !== 'object' || declared === null) return undefined
  const responses = new Map(Object.entries(declared).map(([key, schema]) => [key.toLowerCase(), schema]))
  for (const key of [String(status), `${Math.floor(status / 100)}xx`, 'default']) {
    if (responses.has(key)) return { schema: responses.get(key) }
  }
  throw new UndeclaredResponse(request, status, 'the route does not declare this status')
}

function faultOf(schema: unknown, payload: unknown): string | undefined {
  // Declared by media type, or by a description only: nothing to check.
  if (!IsSchema(schema) || !('type' in schema || 'anyOf' in schema || 'allOf' in schema || 'const' in schema))
    return
  const validator = validatorOf(schema)
  // As it goes over the wire: dates are text, what is undefined is not there.
  const sent: unknown = JSON.parse(JSON.stringify(payload))
  if (validator.Check(sent)) return
  return fieldFaults(validator.Errors(sent))
    .map(({ path, message }) => `${path || '(body)'} ${message}`)
    .join('; ')
}

/**
 * Makes answers that a route's schema does not describe fail with 500: an undeclared status, or a body that does not
 * fit. Properties beyond the schema are a fault where it says `additionalProperties: false`. For tests and
 * development; routes without any response schema (pages) are left alone.
 */
export function checkResponses(app: FastifyInstance): void {
  const checked = new WeakSet<FastifyRequest>()

  function check(request: FastifyRequest, reply: FastifyReply, payload: unknown, isBody: boolean): void {
    // Once: the answer to a fault found here is itself not declared.
    if (checked.has(request)) return
    checked.add(request)
    const declared = declaredFor(request, reply.statusCode)
    if (!declared || !isBody) return
    const fault = faultOf(declared.schema, payload)
    if (fault !== undefined) throw new UndeclaredResponse(request, reply.statusCode, fault)
  }
  app.addHook('preSerialization', async (request, reply, payload) => {
    check(request, reply, payload, true)
    return payload
  })
  // Errors, whose body is text by now, and answers without a body. Thrown from here, a fault would pass by the error
  // handler if that made the answer, so it is the answer.
  app.addHook('onSend', async (request, reply, payload) => {
    const isJson = typeof payload === 'string' && `${reply.getHeader('content-type')}`.includes('json')
    try {
      check(request, reply, isJson ? JSON.parse(payload) : undefined, isJson)
      return payload
    } catch (fault) {
      request.log.error({ err: fault }, 'an answer is not declared')
      const { status, body, contentType } = problemOf(toCroftError(fault), request)
      void reply.code(status).removeHeader('content-length').header('content-type', contentType)
      return JSON.stringify(body)
    }
  })
}
