/** A process that runs the job `count`; the tests of faults start it, and kill it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pino from 'pino'
import { connect } from '../db/connect.ts'
import { transact } from '../db/transact.ts'
import { startWorker } from './start-worker.ts'

const [, , url = ''] = process.argv
const { pool, db } = connect(url, { applicationName: 'counting worker', max: 6 })
await startWorker({
  pool,
  concurrency: 3,
  log: pino({ level: 'silent' }),
  jobs: {
    async count(payload) {
      const { n } = payload as { n: number }
      // As Croft's steps do: look and act in one transaction, so that doing it again changes nothing.
      await transact(db, async (tx) => {
        await sql`update counted set runs = runs + 1 where n = ${n} and runs = 0`.execute(tx)
        await sleep(10)
      })
    },
  },
})
process.send?.('started')
