import { readdirSync, readFileSync } from 'node:fs'

/** Of Linux; the kernel's USER_HZ is 100 on every platform Node runs on. */
const TICKS_PER_SECOND = 100

interface Stat {
  readonly pid: number
  readonly parent: number
  /** Of itself and of children that have ended. */
  readonly cpuSeconds: number
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold spaces: fields are counted from behind it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return { pid, parent: Number(fields[1]), cpuSeconds: ticks / TICKS_PER_SECOND }
  } catch {
    return undefined
  }
}

/** A process and all below it. */
export function processTree(root: number): number[] {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? [])
  const tree = [root]
  for (const pid of tree) tree.push(...stats.filter(({ parent }) => parent === pid).map((stat) => stat.pid))
  return tree
}

/** Seconds of CPU that these process trees have used so far. */
export function cpuSeconds(roots: readonly number[]): number {
  return roots.flatMap(processTree).reduce((sum, pid) => sum + (readStat(pid)?.cpuSeconds ?? 0), 0)
}

export interface Memory {
  /** Shared pages divided among those who share them, in MB. */
  readonly pssMb: number
  /** Shared pages counted for each, in MB. */
  readonly rssMb: number
}

export function memoryOf(pids: readonly number[]): Memory {
  let pss = 0
  let rss = 0
  for (const pid of pids) {
    let text: string
    try {
      text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    } catch {
      continue
    }
    pss += Number(/^Pss: +(\d+)/m.exec(text)?.[1] ?? 0)
    rss += Number(/^Rss: +(\d+)/m.exec(text)?.[1] ?? 0)
  }
  return { pssMb: pss / 1024, rssMb: rss / 1024 }
}
