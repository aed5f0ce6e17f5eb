import { CliFault } from '../fault.ts'
import { isRecord } from '../record.ts'
import type { Connection } from './connection.ts'

/** Creating a database may wait for it to answer; the API itself gives up well before this. */
export const TIMEOUT_MS = 60_000

/** Where a request went, and what decides what would be right. */
export type Asked = Pick<Connection, 'url' | 'isLocal' | 'ifRefused'>

/** An answer that says no, as an RFC 9457 problem. */
export class ApiProblem extends CliFault {
  readonly status: number
  readonly code: string | null
  constructor(status: number, message: string, code: string | null, hint: string | undefined) {
    super(message, hint === undefined ? {} : { hint })
    this.name = 'ApiProblem'
    this.status = status
    this.code = code
  }
}

/** `/name: must not be empty`, for each field that a problem names. */
function wrongFields(fields: unknown): string[] {
  if (!Array.isArray(fields)) return []
  return fields.flatMap((field: unknown) =>
    isRecord(field) && typeof field.path === 'string' && typeof field.message === 'string'
      ? [`  ${field.path}: ${field.message}`]
      : [],
  )
}

export function problemOf(status: number, body: unknown, { url, ifRefused }: Asked): ApiProblem {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const fields = isRecord(body) ? body : {}
  const message =
    text(fields.detail) ??
    text(fields.title) ??
    `${url} answered ${status} without saying why. Is it a Croft of this version?`
  const hint =
    [...wrongFields(fields.fields), text(fields.hint)].filter((line) => line !== undefined).join('\n') ||
    (status === 401 ? (ifRefused ?? undefined) : undefined)
  return new ApiProblem(status, message, text(fields.code) ?? null, hint)
}

function causeCode(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined
  return isRecord(cause) && typeof cause.code === 'string' ? cause.code : null
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function unreachable(error: unknown, { url, isLocal }: Asked): CliFault {
  const code = causeCode(error)
  if (isLocal && code === 'ECONNREFUSED')
    return new CliFault('Croft is not running.', { hint: 'Start it: npm start' })
  if (error instanceof Error && error.name === 'TimeoutError')
    return new CliFault(`${url} did not answer within ${TIMEOUT_MS / 1000} s.`)
  // fetch refuses some ports outright and says so in the cause's message only.
  const reason = code ?? messageOf(error instanceof Error ? (error.cause ?? error) : error)
  return new CliFault(`${url} cannot be reached (${reason}).`, {
    hint: 'Check the address (--url or CROFT_URL) and whether Croft runs there.',
  })
}

/** The JSON of an answer; null for none and for what is no JSON. */
export async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
