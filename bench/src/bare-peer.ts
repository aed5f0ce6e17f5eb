import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Runs the bare route in a process of its own for as long as `use` takes. */
export async function withBarePeer<Result>(
  metadataUrl: string,
  use: (peer: { readonly url: string; readonly pid: number }) => Promise<Result>,
): Promise<Result> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-api.ts'), metadataUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = once(child, 'exit')
  try {
    const lines = createInterface({ input: child.stdout })
    const first: unknown = await Promise.race([
      once(lines, 'line').then(([line]) => line),
      ended.then(() => undefined),
    ])
    if (typeof first !== 'string' || child.pid === undefined) throw new Error('The bare route did not start.')
    return await use({ url: first, pid: child.pid })
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}
