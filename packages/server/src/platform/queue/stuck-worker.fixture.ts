/** A process that takes the job `stuck` and never ends it; the test of killed workers starts it. */
import pino from 'pino'
import { connect } from '../db/connect.ts'
import { startWorker } from './start-worker.ts'

const [, , url = ''] = process.argv
const { pool } = connect(url, { applicationName: 'stuck worker' })
await startWorker({
  pool,
  concurrency: 1,
  log: pino({ level: 'silent' }),
  jobs: {
    async stuck() {
      process.send?.('started')
      await new Promise(() => undefined)
    },
  },
})
