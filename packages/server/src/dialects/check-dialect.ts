import Fastify from 'fastify'
import { CroftError, ERROR_CODES, type ErrorCode } from '../platform/errors/index.ts'
import { errorHandler } from '../platform/http/index.ts'
import type { Dialect } from './dialect.ts'

/** Statuses that say the wrong thing for these codes, whatever the API: clients act on them. */
const MUST_BE: Partial<Record<ErrorCode, readonly number[]>> = {
  'not-authenticated': [401],
  'rate-limited': [429],
  internal: [500],
  unavailable: [503],
  'body-too-large': [413],
}

const SECRET = 'only for the log'

/**
 * What is wrong with a dialect's errors: a code that is missing, a status that is none of a failure, a body that
 * shows what only the log may. Empty when all is well. For tests, over the list of all dialects.
 */
export async function dialectFaults(dialect: Dialect): Promise<string[]> {
  const faults: string[] = []
  const app = Fastify()
  app.setErrorHandler(errorHandler(dialect.renderError))
  app.get<{ Params: { code: ErrorCode } }>('/:code', async ({ params }) => {
    const cause = new Error(SECRET)
    throw new CroftError(params.code, 'what went wrong', { cause, retryAfter: 2 })
  })
  app.get('/unforeseen', async () => {
    throw new Error(SECRET)
  })
  for (const code of ERROR_CODES) {
    const fault = (text: string): void => void faults.push(`${dialect.name}: ${code} ${text}`)
    if (!Object.hasOwn(dialect.errors, code)) fault('is not in the error table')
    const { statusCode, body, headers } = await app.inject(`/${code}`)
    if (statusCode < 400 || statusCode > 599) fault(`has the status ${statusCode}`)
    if (MUST_BE[code]?.includes(statusCode) === false) fault(`has the status ${statusCode}`)
    if (body.includes(SECRET)) fault('shows its cause')
    if (headers['retry-after'] !== '2') fault('loses its Retry-After')
  }
  for (const code of Object.keys(dialect.errors)) {
    if (!ERROR_CODES.some((known) => known === code)) faults.push(`${dialect.name}: ${code} is no error code`)
  }
  const unforeseen = await app.inject('/unforeseen')
  if (unforeseen.statusCode !== 500 || unforeseen.body.includes(SECRET)) {
    faults.push(`${dialect.name}: an unforeseen error is not told as internal`)
  }
  for (const path of dialect.basePaths) {
    if (!path.startsWith('/') || path.endsWith('/'))
      faults.push(`${dialect.name}: ${path} is not a base path`)
  }
  await app.close()
  return faults
}
