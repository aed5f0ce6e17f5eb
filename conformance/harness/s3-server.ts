import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The suites' S3 server as a process of its own. */
export interface S3Server {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly bucket: string
  /** Misbehaves so from now on: `{ outage: true }`, `{ delayMs: 500 }`; see its `Faults`. */
  setFaults(faults: object): Promise<void>
  /** How often each part of an upload was received whole, by key and number. */
  receivedParts(): Promise<Record<string, number>>
  stop(): Promise<void>
}

/** On this address of the machine. */
export async function startS3Server(host = '127.0.0.1'): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'croft-s3-'))
  const main = join(import.meta.dirname, '..', 's3-server', 'main.ts')
  const child = spawn(process.execPath, [main, '--host', host, '--port', '0', '--directory', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const [first] = await once(lines, 'line')
  const told: { endpoint: string; accessKeyId: string; secretAccessKey: string; bucket: string } = JSON.parse(
    String(first),
  )
  const control = async (method: string, body?: string): Promise<unknown> => {
    const response = await fetch(`${told.endpoint}/_faults`, { method, ...(body ? { body } : {}) })
    if (!response.ok) throw new Error(`the S3 server answers ${response.status}: ${await response.text()}`)
    return response.json()
  }
  return {
    ...told,
    async setFaults(faults) {
      await control('POST', JSON.stringify(faults))
    },
    async receivedParts() {
      const { counts } = (await control('GET')) as { counts: { parts: Record<string, number> } }
      return counts.parts
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      await rm(directory, { recursive: true, force: true })
    },
  }
}
