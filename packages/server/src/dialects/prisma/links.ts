import type { FastifyRequest } from 'fastify'
import { type Kind, showId } from './ids.ts'

const PATHS = {
  workspace: 'workspaces',
  project: 'projects',
  branch: 'branches',
  database: 'databases',
  connection: 'connections',
  integration: 'integrations',
} as const satisfies Partial<Record<Kind, string>>

/** The origin that a client uses, without a slash at the end. */
export type OriginOf = (request: FastifyRequest) => string

/** Makes the self links of resources, absolute on the origin that clients use. */
export interface Links {
  readonly origin: string
  self(kind: keyof typeof PATHS, uuid: string): { id: string; url: string }
}

export function createLinks(origin: string): Links {
  return {
    origin,
    self(kind, uuid) {
      const id = showId(kind, uuid)
      return { id, url: `${origin}/v1/${PATHS[kind]}/${id}` }
    },
  }
}

/** A thin reference to another resource. */
export function refer(links: Links, kind: keyof typeof PATHS, to: { id: string; name: string }) {
  return { ...links.self(kind, to.id), name: to.name }
}
