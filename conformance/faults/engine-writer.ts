import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { CONNECT, withClient } from '../engines/clients.ts'
import { until } from './until.ts'
import type { Writer } from './writers.ts'

const PATIENCE_MS = 60_000
/** What Redis takes without it are tens of thousands of values a second, which have to be compared in the end. */
const PAUSE_MS = 1

/**
 * As `startWriter`, for any engine: numbered values one after another, with another connection whenever one breaks.
 * Writers of one database have different names.
 */
export function startEngineWriter(engine: string, connectionString: string, name: string): Writer {
  const connect = CONNECT[engine] ?? assert.fail(`no client for ${engine}`)
  const acknowledged = new Set<number>()
  let sent = 0
  let stopped = false
  let fault = 'none'

  async function writeOn(): Promise<void> {
    const client = await connect(connectionString)
    try {
      while (!stopped) {
        sent += 1
        const n = sent
        await client.write(`${name} ${n}`)
        acknowledged.add(n)
        await sleep(PAUSE_MS)
      }
    } finally {
      await client.close().catch(() => {})
    }
  }

  async function work(): Promise<void> {
    while (!stopped) {
      await writeOn().catch((error: unknown) => {
        fault = error instanceof Error ? error.message : String(error)
      })
      if (!stopped) await sleep(50)
    }
  }
  const working = work()

  return {
    acknowledged: () => acknowledged.size,
    fault: () => fault,
    async stop() {
      stopped = true
      await working
    },
    async assertNothingLost() {
      const read = () => withClient(engine, connectionString, (client) => client.read())
      const values = (await until(read, PATIENCE_MS)).map((value) => value.split(' '))
      const found = new Set(values.flatMap(([by, n]) => (by === name ? Number(n) : [])))
      const lost = [...acknowledged].filter((n) => !found.has(n))
      assert.deepEqual(
        lost,
        [],
        `${engine}: ${lost.length} of ${acknowledged.size} acknowledged values are lost`,
      )
      assert.deepEqual(
        [...found].filter((n) => !(n <= sent)),
        [],
      )
    },
  }
}
