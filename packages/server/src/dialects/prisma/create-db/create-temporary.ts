import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { createLinks } from '../links.ts'
import { presentDatabaseOfNewProject } from '../presenters/database.ts'
import { presentProject } from '../presenters/project.ts'
import type { CreateDbDeps } from './deps.ts'
import type { CreateTemporary } from './schemas.ts'
import { temporaryCall } from './temporary-call.ts'
import { expiryOf, LONGEST_MS, SHORTEST_MS } from './time-to-live.ts'

/** POST /create: a project that ends by itself, answered like `POST /v1/projects`. */
export function createTemporary(deps: CreateDbDeps) {
  return async (request: FastifyRequest<{ Body: Static<typeof CreateTemporary> }>, reply: FastifyReply) => {
    const { name, region, ttlMs } = request.body
    const expiresAt = expiryOf(ttlMs, new Date())
    if (!expiresAt) {
      const text = `ttlMs must be a whole number between ${SHORTEST_MS} and ${LONGEST_MS}.`
      return reply.code(400).type('text/plain; charset=utf-8').send(text)
    }
    const call = await temporaryCall(deps, request.id)
    const { project, created } = await deps.projects.createProject(call, {
      name,
      region,
      expiresAt,
      database: true,
    })
    const links = createLinks(deps.originOf(request))
    const database = created && presentDatabaseOfNewProject(links, created)
    return reply.code(201).send({ data: { ...presentProject(links, project), database } })
  }
}
