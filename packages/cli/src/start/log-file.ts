import { chmodSync, closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

export const LOG_LIMIT_BYTES = 20 * 1024 * 1024
const TAIL_LINES = 60
const LINE_LIMIT = 16 * 1024

export interface LogFile {
  readonly path: string
  /** Never throws: a full disk loses log lines, not the platform. */
  write(chunk: Buffer): void
  /** The newest lines since `clearTail`, oldest first. */
  tail(): readonly string[]
  clearTail(): void
  close(): void
}

/** A log that keeps at most two files of `limit` bytes: `path` and, before it, `path.1`. Only the owner reads them. */
export function openLogFile(path: string, limit = LOG_LIMIT_BYTES): LogFile {
  let descriptor: number | null = null
  let size = 0
  let lines: string[] = []
  let rest = ''

  const open = () => {
    descriptor = openSync(path, 'a', 0o600)
    chmodSync(path, 0o600)
    size = fstatSync(descriptor).size
  }
  const close = () => {
    if (descriptor !== null) closeSync(descriptor)
    descriptor = null
  }
  open()

  return {
    path,
    write(chunk) {
      const parts = (rest + chunk.toString('utf8')).split('\n')
      rest = (parts.pop() ?? '').slice(0, LINE_LIMIT)
      lines = [...lines, ...parts.map((line) => line.slice(0, LINE_LIMIT))].slice(-TAIL_LINES)
      try {
        if (size > 0 && size + chunk.length > limit) {
          close()
          renameSync(path, `${path}.1`)
        }
        if (descriptor === null) open()
        if (descriptor !== null) size += writeSync(descriptor, chunk)
      } catch {
        // Nowhere to say it; the tail still has the lines.
      }
    },
    tail: () => (rest === '' ? lines : [...lines, rest]).slice(-TAIL_LINES),
    clearTail() {
      lines = []
      rest = ''
    },
    close,
  }
}
