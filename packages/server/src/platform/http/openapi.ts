import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

export interface OpenApiOptions {
  readonly title: string
  readonly description: string
  readonly version: string
  /** Of the operation names, e.g. `prisma.`; left out of operation ids. */
  readonly dialect: string
  readonly tags?: readonly { readonly name: string; readonly description: string }[]
  readonly securitySchemes?: Readonly<Record<string, OpenApiSecurityScheme>>
}

export type OpenApiSecurityScheme =
  | { readonly type: 'http'; readonly scheme: string; readonly description?: string }
  | {
      readonly type: 'apiKey'
      readonly name: string
      readonly in: 'header' | 'cookie'
      readonly description?: string
    }

/**
 * Builds the OpenAPI 3.1 document of a scope from the schemas of the routes registered in it afterwards; read it
 * with `scope.swagger()` once the application is ready.
 */
export async function useOpenApi(scope: FastifyInstance, options: OpenApiOptions): Promise<void> {
  const { title, description, version, dialect, tags, securitySchemes } = options
  const prefix = `${dialect}.`
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version },
      ...(tags ? { tags: [...tags] } : {}),
      ...(securitySchemes
        ? {
            components: { securitySchemes: { ...securitySchemes } },
            security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
          }
        : {}),
    },
    transform({ schema, url, route }) {
      const operation = route.config?.operation
      if (operation === undefined || schema?.hide) return { schema: schema ?? { hide: true }, url }
      const operationId = operation.startsWith(prefix) ? operation.slice(prefix.length) : operation
      return { schema: { ...schema, operationId }, url }
    },
  })
}
