import type { FastifyInstance } from 'fastify'
import type { ErrorCode } from '../platform/errors/index.ts'
import { errorHandler, type RenderError } from '../platform/http/index.ts'

/** One API that Croft speaks: translation of words, statuses and error bodies, nothing more. */
export interface Dialect {
  /** First part of its operations' names, e.g. `prisma`. */
  readonly name: string
  /** Paths under which everything is this dialect's, also what is not found there. None ends with a slash. */
  readonly basePaths: readonly string[]
  /** Its error table; a test checks that no code is missing and that `renderError` agrees. */
  readonly errors: Readonly<Record<ErrorCode, object | number>>
  readonly renderError: RenderError
  /** Adds hooks, schemas and routes to a scope of the dialect's own. */
  register(scope: FastifyInstance): Promise<void>
}

/** Adds a dialect to the server, apart from the others. */
export async function mountDialect(app: FastifyInstance, dialect: Dialect): Promise<void> {
  for (const path of dialect.basePaths) app.errorsBelow(path, dialect.renderError)
  await app.register(async (scope) => {
    scope.setErrorHandler(errorHandler(dialect.renderError))
    await dialect.register(scope)
  })
}
