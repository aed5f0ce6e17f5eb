import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const keptLines = 60
const lineLimit = 1000

/**
 * The last that one of mariadb-backup's programs has said on stderr. It prints damaged pages whole, which hold clients'
 * data: only its dated lines are kept, which name files and numbers.
 */
export interface ProgramWords {
  text(): string
  /** Resolves when it can say no more. */
  readonly ended: Promise<void>
}

export function followWords(stderr: Readable): ProgramWords {
  const kept: string[] = []
  const lines = createInterface({ input: stderr })
  const ended = new Promise<void>((resolve) => lines.once('close', () => resolve()))
  lines.on('line', (line) => {
    if (!isSaid(line)) return
    kept.push(line.slice(0, lineLimit))
    if (kept.length > keptLines) kept.shift()
  })
  return { text: () => kept.join('\n'), ended }
}

function isSaid(line: string): boolean {
  return /^(\[\d+\] |\d{4}-\d\d-\d\d |\/[^ ]*(mbstream|mariadb-backup):|mbstream:)/.test(line)
}
