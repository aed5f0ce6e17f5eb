import { execFile } from 'node:child_process'
import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Processes that run a program of the name `command` with `directory` as their working directory. A PostgreSQL
 * server and all its children have their data directory there, so this finds backends that outlived their
 * postmaster too. Zombies are not among them.
 */
export async function processesIn(directory: string, command: string): Promise<number[]> {
  const path = await realpath(directory)
  const found = process.platform === 'darwin' ? await processesByLsof(path) : await processesByProc(path)
  const commands = await Promise.all(found.map(commandOf))
  return found.filter((_, index) => commands[index] === command)
}

async function processesByProc(path: string): Promise<number[]> {
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue
    try {
      if ((await readlink(`/proc/${entry}/cwd`)) === path) found.push(Number(entry))
    } catch {
      // Gone meanwhile, a zombie, or not ours to look at: then no server of ours.
    }
  }
  return found
}

/** macOS has no /proc; lsof comes with it and exits 1 when nothing matches. */
async function processesByLsof(path: string): Promise<number[]> {
  const { stdout } = await run('/usr/sbin/lsof', ['-w', '-a', '-d', 'cwd', '-Fpn']).catch(() => ({
    stdout: '',
  }))
  const found: number[] = []
  let pid = 0
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    else if (line === `n${path}` && pid !== process.pid) found.push(pid)
  }
  return found
}

/** The executable's short name of a live process, or undefined. */
async function commandOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform !== 'darwin') return (await readFile(`/proc/${pid}/comm`, 'utf8')).trim()
    const { stdout } = await run('ps', ['-o', 'comm=', '-p', String(pid)])
    return stdout.trim().split('/').at(-1)
  } catch {
    return undefined
  }
}

/** Sends a signal; false when there is no such process. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

/** Waits until no such process is left (`processesIn`); false when one still is after `timeoutMs`. */
export async function emptied(directory: string, command: string, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    if ((await processesIn(directory, command)).length === 0) return true
    if (performance.now() > deadline) return false
    await delay(pause)
  }
}
