import { watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { Logger } from 'pino'

/** An installation ends with several changes to the directory; they are told as one, after so many ms of quiet. */
const QUIET_MS = 50

export interface WatchEnginesOptions {
  /** Where engines are installed while an agent runs. */
  readonly directory: string
  readonly log: Logger
  onChange(): Promise<void>
}

/** Calls `onChange` when an engine's version was installed or removed. Returns what ends it. */
export async function watchEngines({ directory, log, onChange }: WatchEnginesOptions): Promise<() => void> {
  await mkdir(directory, { recursive: true, mode: 0o755 })
  let timer: NodeJS.Timeout | undefined
  const watcher = watch(directory, { persistent: false }, () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      onChange().catch((err: unknown) => log.warn({ err }, 'a change of engines is not told'))
    }, QUIET_MS)
  })
  watcher.on('error', (err) => log.warn({ err }, 'engines are not watched any more; a restart tells them'))
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
