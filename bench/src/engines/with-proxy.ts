import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Runs a bare proxy before a socket, gives `use` a login's string with its port, and ends it. */
export async function withProxy<Result>(
  socket: string,
  connectionString: string,
  use: (through: string) => Promise<Result>,
): Promise<Result> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-proxy.ts'), socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('The bare proxy does not start.')))
    const [port] = await Promise.race([once(child.stdout, 'data'), ended])
    const through = new URL(connectionString)
    through.port = String(port).trim()
    // Its end is wanted from here on.
    ended.catch(() => {})
    return await use(through.href)
  } finally {
    child.kill()
  }
}
