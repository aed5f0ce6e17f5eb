import type { FastifyInstance } from 'fastify'
import { CroftError } from '../errors/index.ts'

/**
 * Bodies are JSON and nothing else, unless a scope adds a parser. `__proto__` and `constructor.prototype` are
 * refused. An empty body is no body, for clients that send the content type with every POST.
 */
export function parseJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString()
    if (text.trim() === '') return done(null, undefined)
    parse(request, text, (error, value) => {
      // The parser's own message quotes the body, which may hold secrets.
      if (error) done(new CroftError('malformed-request', 'The request body is not valid JSON.'))
      else done(null, value)
    })
  })
}
