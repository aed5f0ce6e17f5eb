import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { S3Target } from '../src/backups/targets/s3/s3-target.ts'

const program = join(import.meta.dirname, '..', '..', '..', 'conformance', 's3-server', 'main.ts')

export interface S3Fixture {
  readonly port: number
  readonly target: S3Target
  /** Sets faults of the server, and tells its faults and counts. */
  faults(wanted?: Record<string, unknown>): Promise<{
    faults: Record<string, unknown>
    counts: { requests: Record<string, number>; parts: Record<string, number>; bytesReceived: number }
  }>
  stop(): Promise<void>
}

/** Starts the suites' S3 server in a process and a directory of its own. */
export async function startS3(options: readonly string[] = []): Promise<S3Fixture> {
  const directory = await mkdtemp(join(tmpdir(), 'croft-s3-'))
  const child = spawn(process.execPath, [program, '--directory', directory, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const told: { port: number; accessKeyId: string; secretAccessKey: string; bucket: string; region: string } =
    JSON.parse(String(line))
  const { port, accessKeyId, secretAccessKey, bucket, region } = told
  const endpoint = `http://127.0.0.1:${port}`
  return {
    port,
    target: {
      ...{ type: 's3', endpoint, region, bucket, prefix: '', pathStyle: true, allowPrivate: true },
      ...{ accessKeyId, secretAccessKey },
    },
    async faults(wanted) {
      const body = wanted ? { method: 'POST', body: JSON.stringify(wanted) } : {}
      const response = await fetch(`${endpoint}/_faults`, body)
      if (!response.ok) throw new Error(await response.text())
      return JSON.parse(await response.text())
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit')
        child.kill('SIGTERM')
        await exit
      }
      await rm(directory, { recursive: true, force: true })
    },
  }
}
