import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isAlive, type ProcessIdentity } from '../process/identity.ts'

/** A process that the holder has started; whoever takes a stale lock over must wait for it. */
export interface LockedChild extends ProcessIdentity {
  readonly name: string
}

interface Holder extends ProcessIdentity {
  readonly children: readonly LockedChild[]
}

export interface DataDirectoryLock {
  /** What a dead holder left behind. Empty unless a stale lock was taken over. */
  readonly leftovers: readonly LockedChild[]
  /** Says what runs now. Best effort: the lock itself holds in any case. */
  setChildren(children: readonly LockedChild[]): void
  release(): void
}

/** Another live process holds the lock. */
export class AlreadyRunning extends Error {
  readonly pid: number
  constructor(pid: number) {
    super(`another process (pid ${pid}) holds the lock`)
    this.name = 'AlreadyRunning'
    this.pid = pid
  }
}

// Taking over is two system calls; a guard this old was left by a process killed between them.
const GUARD_STALE_MS = 5_000
const ATTEMPTS = 200

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function isChild(value: unknown): value is LockedChild {
  const child = value as Partial<Record<keyof LockedChild, unknown>> | null
  return typeof child?.pid === 'number' && typeof child.started === 'string' && typeof child.name === 'string'
}

/** `'absent'` when there is no file; a damaged one counts as held by nobody. */
function readHolder(path: string): Holder | 'absent' | 'damaged' {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'absent'
    throw error
  }
  try {
    const { pid, started, children } = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>
    if (typeof pid !== 'number' || typeof started !== 'string') return 'damaged'
    return { pid, started, children: Array.isArray(children) ? children.filter(isChild) : [] }
  } catch {
    return 'damaged'
  }
}

/** Makes the file whole or not at all; false when it exists. */
function createWhole(path: string, text: string): boolean {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  try {
    linkSync(temporary, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** Removes the stale lock under a guard, so that of two who see it only one acts. */
function removeStale(path: string, guard: string): void {
  if (!createWhole(guard, '')) {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > GUARD_STALE_MS) rmSync(guard, { force: true })
    return
  }
  try {
    const now = readHolder(path)
    if (now === 'damaged' || (now !== 'absent' && !isAlive(now))) rmSync(path, { force: true })
  } finally {
    rmSync(guard, { force: true })
  }
}

/**
 * Takes `<data dir>/croft.lock` for this process. A lock whose process is gone (or whose pid now belongs
 * to another process) is taken over. Throws `AlreadyRunning`.
 */
export async function lockDataDirectory(directory: string): Promise<DataDirectoryLock> {
  const path = join(directory, 'croft.lock')
  const self = identify(process.pid)
  if (!self) throw new Error('this process cannot find itself in the process table; is /proc mounted?')
  let leftovers: readonly LockedChild[] = []
  const text = (children: readonly LockedChild[]) => `${JSON.stringify({ ...self, children })}\n`

  for (let attempt = 1; ; attempt++) {
    // Kept in the new lock, too: should this process die early, the next one still learns of them.
    if (createWhole(path, text(leftovers))) break
    const holder = readHolder(path)
    if (holder === 'absent') continue
    if (holder !== 'damaged') {
      if (isAlive(holder)) throw new AlreadyRunning(holder.pid)
      leftovers = holder.children
    }
    if (attempt >= ATTEMPTS) throw new Error(`${path} cannot be taken over; remove it by hand`)
    removeStale(path, `${path}.takeover`)
    await sleep(5 + Math.random() * 20)
  }

  return {
    leftovers: leftovers.filter(isAlive),
    setChildren(children) {
      const temporary = `${path}.${process.pid}.tmp`
      try {
        writeFileSync(temporary, text(children), { mode: 0o600 })
        renameSync(temporary, path)
      } catch {
        // A full disk must not take the launcher down; the next start then waits less politely.
        rmSync(temporary, { force: true })
      }
    },
    release() {
      const holder = readHolder(path)
      if (holder !== 'absent' && holder !== 'damaged' && holder.pid === self.pid)
        rmSync(path, { force: true })
    },
  }
}
