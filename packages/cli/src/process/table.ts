import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessRow {
  readonly pid: number
  readonly group: number
  /** Opaque; with the pid it names one process for good, though pids are used again. */
  readonly started: string
}

// Fields of /proc/<pid>/stat after the command, which may hold spaces and parentheses: proc(5) counts from 1.
const STATE = 3 - 3
const GROUP = 5 - 3
const START = 22 - 3

function readLinux(pid: number): ProcessRow | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, group, start] = [fields[STATE], fields[GROUP], fields[START]]
    // A zombie runs no more; where nobody waits for orphans (containers without init) it stays for ever.
    if (state === undefined || group === undefined || start === undefined || 'ZX'.includes(state)) return null
    return { pid, group: Number(group), started: start }
  } catch {
    return null
  }
}

function listDarwin(args: readonly string[]): ProcessRow[] {
  let output: string
  try {
    output = execFileSync('ps', [...args, '-o', 'pid=,pgid=,stat=,lstart='], {
      encoding: 'utf8',
      timeout: 10_000,
      env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
    })
  } catch {
    return [] // ps exits with 1 when there is no such process
  }
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line)
    if (!match || match[3]?.startsWith('Z')) return []
    return [{ pid: Number(match[1]), group: Number(match[2]), started: String(match[4]) }]
  })
}

/** The running process of this pid; null when there is none. */
export function readProcess(pid: number): ProcessRow | null {
  if (process.platform === 'linux') return readLinux(pid)
  return listDarwin(['-p', String(pid)])[0] ?? null
}

/** Everything that runs in a process group. */
export function listGroup(group: number): ProcessRow[] {
  const all =
    process.platform === 'linux'
      ? readdirSync('/proc')
          .filter((name) => /^\d+$/.test(name))
          .flatMap((name) => readLinux(Number(name)) ?? [])
      : listDarwin(['-A'])
  return all.filter((row) => row.group === group)
}
