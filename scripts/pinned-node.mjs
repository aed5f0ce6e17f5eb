// Plain JavaScript without dependencies: this runs under whatever Node (20 or newer) the machine has.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node')
const shims = join(root, 'node_modules', '.bin')
// Beside the code it is made from, and writable for whoever may write that: what lies there is run.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'node-compile')

/** PATH with the clone's own programs (and so Node 24) first. */
export function pathWithPinnedNode() {
  return [shims, process.env.PATH ?? ''].join(delimiter)
}

/** Whether this very process already runs under the pinned version, so that nothing needs to be spawned. */
export function isPinned() {
  try {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'node', 'package.json'), 'utf8'))
    return existsSync(pinnedNode) && version === process.versions.node
  } catch {
    return false
  }
}

/**
 * Runs a script under the pinned Node with this terminal, and with `env` beside this process' own environment.
 * Resolves with its exit code.
 * The IPC channel tells the child when this process is gone, however it went.
 */
export function runPinned(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(pinnedNode, args, {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...env, PATH: pathWithPinnedNode() },
    })
    // A terminal sends Ctrl-C to the child as well; the launcher counts signals that arrive together as one.
    const pass = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const end = (code) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(code)
    }
    child.on('error', (error) => {
      console.error(`Cannot run ${pinnedNode}: ${error.message}`)
      console.error('Run `npm start`, which installs it for this machine.')
      end(1)
    })
    child.on('exit', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}
