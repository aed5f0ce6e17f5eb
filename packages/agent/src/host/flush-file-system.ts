import { runCommand } from './run-command.ts'

/** A flush beside a burst of new files slows them fivefold, so it waits for the burst's end, but not for ever. */
const quietMs = 1000
const patienceMs = 5000

/**
 * Gives a function that has a file system's unwritten data brought to disk soon, in the background, once for
 * many calls. For files that no database will ever sync itself, such as the unchanged ones of a copied data
 * directory.
 */
export function createFlush(onError: (error: unknown) => void): (directory: string) => void {
  let timer: NodeJS.Timeout | undefined
  let since = 0
  let running = false
  let again = false
  const flush = async (directory: string) => {
    timer = undefined
    if (running) {
      again = true
      return
    }
    running = true
    try {
      await flushFileSystem(directory)
    } catch (error) {
      onError(error)
    }
    running = false
    if (again) {
      again = false
      await flush(directory)
    }
  }
  return (directory) => {
    const now = performance.now()
    if (timer) clearTimeout(timer)
    else since = now
    const wait = Math.max(0, Math.min(quietMs, since + patienceMs - now))
    timer = setTimeout(() => void flush(directory), wait)
    // A process about to end need not wait: what was copied last serves nobody yet.
    timer.unref()
  }
}

/** Writes out everything of the file system that `directory` lies on. */
export async function flushFileSystem(directory: string): Promise<void> {
  const args = process.platform === 'linux' ? ['-f', directory] : []
  await runCommand('sync', args, { user: null, cwd: '/', timeoutMs: 300_000 })
}
