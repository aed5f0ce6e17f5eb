import { execFile } from 'node:child_process'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Another live agent has the data directory. */
export class Locked extends Error {}

/** When a process was started, in the system's words; undefined when there is none. Tells a reused pid apart. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      // Field 22; the name before it is in parentheses and may hold anything.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    }
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)])
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}

async function isHeld(text: string): Promise<boolean> {
  const [pid, start] = text.trim().split(' ', 2)
  if (!pid || !/^\d+$/.test(pid) || !start) return false
  return (await startOf(Number(pid)))?.replaceAll(' ', '_') === start
}

/** Takes the lock at `path`, over from a dead process if need be. The result gives it back. Throws `Locked`. */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${((await startOf(process.pid)) ?? '').replaceAll(' ', '_')}\n`
  const own = `${path}.${process.pid}`
  await writeFile(own, mine, { mode: 0o600 })
  try {
    for (let tries = 0; tries < 10; tries += 1) {
      try {
        await link(own, path)
        return async () => {
          if ((await readText(path)) === mine) await rm(path, { force: true })
        }
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
      const theirs = await readText(path)
      if (theirs === undefined) continue
      if (await isHeld(theirs)) {
        throw new Locked(
          `Another agent (pid ${theirs.split(' ')[0]}) runs on this data directory; stop it first.`,
        )
      }
      await removeStale(path, theirs)
    }
    throw new Locked('Another agent is starting on this data directory; stop it first.')
  } finally {
    await rm(own, { force: true })
  }
}

/** Moves it away before it goes: of two that find it stale, one could otherwise remove the other's fresh one. */
async function removeStale(path: string, seen: string): Promise<void> {
  const away = `${path}.stale-${process.pid}`
  await rename(path, away).catch(() => {})
  const moved = await readText(away)
  if (moved !== undefined && moved !== seen) await link(away, path).catch(() => {})
  await rm(away, { force: true })
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
