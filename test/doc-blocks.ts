/**
 * A step of a page that the tests take. In the Markdown, the word after the language of a fence says which:
 *
 * - `sh start`: `npm start`, in a terminal of its own; nothing happens when it runs already.
 * - `sh test`: run in the clone. `sh project`: run in a project of the reader's own, beside the clone.
 * - `js save=first.mjs` and `js project save=first.mjs`: saved there.
 * - `text` right after one of them: its output. Lines must come in this order; `…` stands for anything.
 * - `<!-- test: stop -->`: where the page says to press Ctrl-C.
 * - `<!-- test: a minute passes for shop -->`: the moment that later steps call `"1m ago"`. The tests do not wait for a
 *   minute, but until that moment is in the recovery window of the database.
 * - `<!-- test: s3 -->`: from here on there is a store at https://s3.example.com, for AWS_ACCESS_KEY_ID and
 *   AWS_SECRET_ACCESS_KEY as they are shown.
 *
 * Fences without such a word are for reading only.
 */
export type Step =
  | { readonly kind: 'start'; readonly line: number; readonly code: string }
  | { readonly kind: 'stop'; readonly line: number; readonly code: string }
  | { readonly kind: 's3'; readonly line: number; readonly code: string }
  /** `code` is the database's name. */
  | { readonly kind: 'minute'; readonly line: number; readonly code: string }
  | {
      readonly kind: 'run'
      readonly line: number
      readonly code: string
      readonly inProject: boolean
      readonly output: readonly string[]
    }
  | {
      readonly kind: 'save'
      readonly line: number
      readonly code: string
      readonly inProject: boolean
      readonly file: string
    }

const MARK = /^<!-- test: (?:(stop|s3)|a minute passes for ([a-z0-9-]+)) -->$/

type Mark = Extract<Step, { kind: 'stop' | 's3' | 'minute' }>

function markOf(text: string, line: number): Mark | null {
  if (!text.startsWith('<!-- test:')) return null
  const [, word, database] = MARK.exec(text) ?? []
  if (word === 'stop' || word === 's3') return { kind: word, line, code: '' }
  if (database !== undefined) return { kind: 'minute', line, code: database }
  throw new Error(`line ${line}: "${text}" is no mark that the tests know`)
}

interface Fence {
  readonly info: readonly string[]
  readonly line: number
  readonly code: readonly string[]
  /** Whether nothing but blank lines is between the fence before and this one. */
  readonly follows: boolean
}

function* fencesOf(page: string): Generator<Fence | Mark> {
  let open: { info: string[]; line: number; code: string[]; follows: boolean } | null = null
  let follows = false
  for (const [index, text] of page.split('\n').entries()) {
    if (open) {
      if (text === '```') {
        yield open
        open = null
        follows = true
      } else open.code.push(text)
    } else if (text.startsWith('```')) {
      open = { info: text.slice(3).split(' '), line: index + 1, code: [], follows }
    } else {
      const mark = markOf(text, index + 1)
      if (mark) yield mark
      else if (text.trim() !== '') follows = false
    }
  }
  if (open) throw new Error(`the fence of line ${open.line} is not closed`)
}

function stepOf({ info, line, code }: Fence, output: readonly string[]): Step | null {
  const [language, ...words] = info
  const text = code.join('\n')
  const file = words.find((word) => word.startsWith('save='))?.slice('save='.length)
  const inProject = words.includes('project')
  if (file !== undefined) return { kind: 'save', line, code: text, inProject, file }
  if (language !== 'sh' || words.length === 0) return null
  if (words.length === 1 && words[0] === 'start') return { kind: 'start', line, code: text }
  if (words.length === 1 && (inProject || words[0] === 'test'))
    return { kind: 'run', line, code: text, inProject, output }
  throw new Error(`line ${line}: "${info.join(' ')}" is no kind of fence that the tests know`)
}

/** What the tests do with a page, in order. Throws when a fence is marked wrongly. */
export function stepsOf(page: string): Step[] {
  const fences = [...fencesOf(page)]
  return fences.flatMap((fence, i) => {
    if (!('info' in fence)) return [fence]
    const next = fences[i + 1]
    const isOutput = next && 'info' in next && next.follows && next.info[0] === 'text'
    const step = stepOf(fence, isOutput ? next.code : [])
    return step ? [step] : []
  })
}

function patternOf(line: string): RegExp {
  const literal = line.split('…').map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(literal.map((part) => part.replace(/\s+/g, '\\s+')).join('.*'))
}

/** The first shown line that the actual output lacks, or null. Blank lines and widths of columns do not count. */
export function missingLine(shown: readonly string[], actual: string): string | null {
  const lines = actual.split('\n')
  let at = 0
  for (const line of shown) {
    if (line.trim() === '' || line.trim() === '…') continue
    const pattern = patternOf(line)
    const found = lines.findIndex((text, index) => index >= at && pattern.test(text))
    if (found === -1) return line
    at = found + 1
  }
  return null
}
