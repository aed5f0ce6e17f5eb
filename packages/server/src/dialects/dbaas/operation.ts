import type { Static, TSchema } from 'typebox'
import type { Action, Call, SubjectName } from '../../domain/access/index.ts'
import type { CroftError, ErrorCode } from '../../platform/errors/index.ts'
import type { DbaasDeps } from './deps.ts'
import type { ErrorForm } from './errors.ts'
import type { Fields } from './fields.ts'
import type { Hyperlinks } from './hyperlinks.ts'

/** What an operation is told of a request. */
export interface Input {
  readonly call: Call
  /** The last number of the path as it was written; `''` at lists. */
  readonly id: string
  readonly query: Readonly<Record<string, string>>
  readonly links: Hyperlinks
  /** Which fields are wanted: 2 are the later ones. */
  readonly version: 1 | 2
  /** What the reader of a page was told that its form does; null for programs. */
  readonly step: string | null
  /** Reads the body, only now: what is wrong with it is told after what is wrong with the path. */
  readonly fields: () => Promise<Fields>
}

export interface Operation<Response extends TSchema = TSchema> {
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** For the OpenAPI document: bodies are read by `fields`, queries by what uses them. */
  readonly query?: TSchema
  readonly body?: TSchema
  /** Of success; 204 has no `response`, and its `handle` answers null. */
  readonly status: 200 | 201 | 204
  readonly response?: Response
  /** What the caller must be able to do somewhere: asked before the path and the body are looked at. */
  readonly needs?: readonly [action: Action, subject: SubjectName]
  /** Where this operation tells a failure otherwise than the table. */
  readonly words?: Partial<Record<ErrorCode, ErrorForm | ((error: CroftError) => ErrorForm)>>
  handle(input: Input, deps: DbaasDeps): Promise<Static<Response> | null>
}

/** Types the handler of an operation by its schema. */
export const operation = <Response extends TSchema>(definition: Operation<Response>): typeof definition =>
  definition
