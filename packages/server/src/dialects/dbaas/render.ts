import type { FastifyRequest } from 'fastify'
import type { Principal } from '../../domain/access/index.ts'
import type { AnyMethod, Endpoint } from './endpoint.ts'
import type { Hal } from './hal.ts'
import type { Media } from './negotiate.ts'

/** The answer to a request before it is JSON or a page: the same data for both. */
export interface Answer {
  readonly status: number
  /** Null when the answer has no body (204). */
  readonly hal: Hal | null
  /** Of what was made; of 201. */
  readonly location?: string
}

/** All that a page may show besides the answer. */
export interface PageInput {
  readonly request: FastifyRequest
  readonly answer: Answer
  /** What was meant, after a method override. */
  readonly method: AnyMethod
  /** Null where the request met none of ours: its path is wrong. */
  readonly endpoint: Endpoint | null
  /** The number in the path, as it was written; `''` at lists. */
  readonly id: string
  /** What links begin with, without a slash at the end. */
  readonly origin: string
  /** Absolute, with the query. */
  readonly url: string
  readonly media: Media
  /** What `Allow` says. */
  readonly allow: readonly AnyMethod[]
  /** Null while nobody is known. */
  readonly principal: Principal | null
  /** For the hidden field `csrfmiddlewaretoken`; null when the caller came with Basic, which needs none. */
  readonly csrfToken: string | null
  /** What was sent, text by field, to be shown again in a form that was refused. */
  readonly given: Readonly<Record<string, string>>
  /**
   * Reads another resource as the same caller, as `GET` does, with the later fields: `read('/api/plan/?page_size=100')`.
   * Null when that does not answer 200.
   */
  readonly read: (path: string) => Promise<Hal | null>
}

/** A page, or where the browser has to go instead. */
export interface RenderedPage {
  /** The answer's unless given, e.g. 303 with `location`. */
  readonly status?: number
  readonly body: string
  /** Its policy (`content-security-policy`) and the like; `content-type` is set. */
  readonly headers?: Readonly<Record<string, string>>
}
export type RenderPage = (input: PageInput) => Promise<RenderedPage>

/** The JSON of an answer; printed for people when `indent` asks for it. */
export function renderJson(hal: Hal, { indent }: Pick<Media, 'indent'>): string {
  return JSON.stringify(hal, null, indent)
}
