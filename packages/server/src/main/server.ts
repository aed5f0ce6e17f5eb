import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseSettings, WrongSettings } from '@croft/protocol'
import { createLogger } from '../platform/log/index.ts'
import { CannotStart } from './cannot-start.ts'
import { startServer } from './start-server.ts'

/** Tells the launcher that another try would end the same way. */
const NEEDS_A_CHANGE = 2

async function main(): Promise<void> {
  const settings = parseSettings(process.env)
  const log = createLogger({ name: 'server', level: settings.CROFT_LOG_LEVEL })
  // The queue tells of a lost connection by its logger and, with a stack, by this: our log is JSON.
  console.trace = (error: unknown) => log.debug({ err: error }, 'the queue lost a worker')
  await mkdir(resolve(settings.CROFT_DATA_DIR), { recursive: true, mode: 0o700 })
  // "croft start" asks this server to look after bootstrap.json; one that "croft server" adds must not.
  const launched = process.argv.includes('--bootstrap')
  const server = await startServer(settings, log, { launched })

  let stopping = false
  const stop = (why: string): void => {
    if (stopping) return
    stopping = true
    log.info({ why }, 'stopping')
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('disconnect', () => stop('the launcher is gone'))
  // An idle process would keep for hours what its start left behind, 30 MB of it.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  process.send?.({ type: 'ready', url: server.url, port: server.port, bootstrap: server.bootstrap })
}

main().catch((error: unknown) => {
  if (error instanceof WrongSettings) {
    process.stderr.write(`${error.message}\n`)
    process.exit(NEEDS_A_CHANGE)
  }
  const log = createLogger({ name: 'server', level: 'error' })
  log.fatal({ err: error }, error instanceof Error ? error.message : 'the server cannot start')
  process.exit(error instanceof CannotStart ? NEEDS_A_CHANGE : 1)
})
