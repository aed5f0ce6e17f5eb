import type { FastifyInstance } from 'fastify'
import { CroftError } from '../errors/index.ts'

// BSON's limit too. What comes later (hashing, storing, logging) recurses, and a body of brackets would exhaust
// the stack there.
const DEEPEST = 100

/** Whether arrays and objects in it lie more than `most` deep. Does not recurse. */
function isDeeperThan(most: number, value: unknown): boolean {
  let level = [value]
  for (let depth = 0; depth <= most; depth++) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
    if (level.length === 0) return false
  }
  return true
}

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
      else if (isDeeperThan(DEEPEST, value))
        done(new CroftError('malformed-request', `The request body is nested deeper than ${DEEPEST} levels.`))
      else done(null, value)
    })
  })
}
