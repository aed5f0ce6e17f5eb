import { CroftError } from '../../platform/errors/index.ts'
import { notFound, tellAs } from './errors.ts'

/** In which form a client wants its answer. */
export interface Media {
  readonly format: 'json' | 'html'
  /** Spaces for each level; 0 is one line. */
  readonly indent: number
  /** Of the body's fields, by `Accept: application/json; version=2`. */
  readonly version: 1 | 2
}

interface Range {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly quality: number
  /** The more exactly it names a type the larger. */
  readonly precision: number
}

const JSON_RANGES = new Set(['application/json', 'application/*', '*/*'])
const HTML_RANGES = new Set(['text/html', 'text/*'])
const WIDEST_INDENT = 8
export const DEFAULT_MEDIA: Media = { format: 'json', indent: 0, version: 1 }

function readRange(text: string): Range | null {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim())
  const parameters = new Map<string, string>()
  for (const part of rest) {
    const [name = '', value = ''] = part.split('=', 2)
    parameters.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1'))
  }
  const quality = Number(parameters.get('q') ?? 1)
  if (!type.includes('/') || !(quality > 0)) return null
  const lower = type.toLowerCase()
  return { type: lower, parameters, quality, precision: lower === '*/*' ? 0 : lower.endsWith('/*') ? 1 : 2 }
}

/** Of equals JSON goes first, as in the original. */
const rank = ({ type }: Range): number => (JSON_RANGES.has(type) ? 0 : 1)

/** What an `Accept` header asks for, what it likes best first. */
function readAccept(accept: string): Range[] {
  const ranges = accept.split(',', 50).flatMap((part) => readRange(part) ?? [])
  return ranges.sort(
    (one, other) => other.quality - one.quality || other.precision - one.precision || rank(one) - rank(other),
  )
}

function jsonOf(range: Range): Media {
  const indent = Number(range.parameters.get('indent'))
  const version = range.parameters.get('version') ?? '1'
  if (version !== '1' && version !== '2') throw notAcceptable()
  return {
    format: 'json',
    indent: Number.isInteger(indent) && indent > 0 ? Math.min(indent, WIDEST_INDENT) : 0,
    version: version === '2' ? 2 : 1,
  }
}

const notAcceptable = (): CroftError =>
  tellAs(new CroftError('malformed-request', "Could not satisfy the request's Accept header"), {
    status: 406,
    shape: 'detail',
  })

/**
 * The form of the answer: by `?format=json|api`, else by `Accept`; JSON when nothing is said. Throws what is told as
 * 404 for another format, as in the original, and as 406 for what cannot be had.
 */
export function negotiate(accept: string | undefined, format: string | undefined): Media {
  const ranges = readAccept(accept === undefined || accept.trim() === '' ? '*/*' : accept)
  if (format !== undefined) {
    if (format === 'api') return { ...DEFAULT_MEDIA, format: 'html' }
    if (format !== 'json') throw notFound()
    const range = ranges.find(({ type }) => JSON_RANGES.has(type))
    return range ? jsonOf(range) : DEFAULT_MEDIA
  }
  for (const range of ranges) {
    if (JSON_RANGES.has(range.type)) return jsonOf(range)
    if (HTML_RANGES.has(range.type)) return { ...DEFAULT_MEDIA, format: 'html' }
  }
  throw notAcceptable()
}
