import { CroftError } from '../../platform/errors/index.ts'
import { fieldFault, tellAs } from './errors.ts'

/** A body as it came: it is read when an operation wants it. */
export interface RawBody {
  readonly type: string
  readonly bytes: Buffer
}

export const isForm = (type: string): boolean =>
  /^(application\/x-www-form-urlencoded|multipart\/form-data) *(;|$)/i.test(type)

const isJson = (type: string): boolean => /^application\/json *(;|$)/i.test(type)

/** The text of an object's fields by name; of what came twice the last. Files are no fields. */
async function readForm({ type, bytes }: RawBody): Promise<Record<string, unknown>> {
  const fields: Record<string, unknown> = Object.create(null)
  try {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
    for (const [name, value] of form) if (typeof value === 'string') fields[name] = value
  } catch (cause) {
    throw new CroftError('malformed-request', 'Multipart form parse error - the form is not complete.', {
      cause,
    })
  }
  return fields
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    // The parser's own message quotes the body, which may hold secrets.
    throw new CroftError('malformed-request', 'JSON parse error - No JSON object could be decoded')
  }
}

/** An object's fields; none for blank text. */
function readObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  if (bytes.toString('utf8').trim() === '') return {}
  const value = readJson(bytes)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw fieldFault({ non_field_errors: 'Invalid data' })
}

/** A form may hold a whole body as text, as the pages' own for JSON does; what is beside it stays the form's. */
function unwrap(form: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { _content: content, _content_type: type, ...beside } = form
  if (typeof content !== 'string' || typeof type !== 'string' || !isJson(type)) return form
  return { ...readObject(Buffer.from(content)), ...beside }
}

/** The fields of a body; none for an empty one. Throws what this API tells as 400 and 415. */
export async function readBody(body: RawBody | null): Promise<Readonly<Record<string, unknown>>> {
  if (body === null || body.bytes.length === 0) return {}
  if (isForm(body.type)) return unwrap(await readForm(body))
  if (!isJson(body.type)) {
    const type = body.type.split(';', 1)[0] ?? ''
    const error = new CroftError('malformed-request', `Unsupported media type '${type}' in request.`)
    throw tellAs(error, { status: 415, shape: 'detail' })
  }
  return readObject(body.bytes)
}
