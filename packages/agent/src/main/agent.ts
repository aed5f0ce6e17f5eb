import { parseSettings, WrongSettings } from '@croft/protocol'
import type { Logger } from 'pino'
import { Locked } from './lock.ts'
import { createLog } from './log.ts'
import { type Agent, type AgentSettings, startAgent } from './start-agent.ts'

/** Longer than an orderly stop takes: what hangs is left to the next start, in ms. */
const STOP_MS = 9000

function readSettings(): AgentSettings {
  const settings = parseSettings(process.env)
  const { CROFT_SERVER_URL: serverUrl, CROFT_AGENT_TOKEN: token } = settings
  const faults: string[] = []
  if (!serverUrl) faults.push('CROFT_SERVER_URL: an agent needs the URL of the API that it joins')
  if (!token) faults.push('CROFT_AGENT_TOKEN: an agent needs a join token')
  if (!serverUrl || !token) throw new WrongSettings(faults)
  return { settings, serverUrl, token }
}

function exitOn(log: Logger, started: Promise<Agent>): void {
  let stopping = false
  const stop = (reason: string) => {
    if (stopping) return
    stopping = true
    log.info({ reason }, 'the agent stops')
    setTimeout(() => {
      log.error('the agent did not stop in time; the next start stops what is left')
      process.exit(1)
    }, STOP_MS).unref()
    started
      .then((agent) => agent.close())
      .then(
        () => process.exit(0),
        (err: unknown) => {
          log.error({ err }, 'the agent did not stop in order')
          process.exit(1)
        },
      )
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal))
  // The launcher is gone: nobody would ever stop this process.
  process.on('disconnect', () => stop('the launcher is gone'))
}

async function main(): Promise<void> {
  let settings: AgentSettings
  try {
    settings = readSettings()
  } catch (error) {
    if (!(error instanceof WrongSettings)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
  const log = createLog(settings.settings.CROFT_LOG_LEVEL)
  const starting = startAgent(settings, log)
  exitOn(log, starting)
  try {
    const { gateways } = await starting
    // An idle process would keep for hours what its start left behind.
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    process.send?.({ type: 'ready', gateways })
  } catch (err) {
    log.fatal({ err }, err instanceof Error ? err.message : 'the agent cannot start')
    process.exit(err instanceof Locked ? 3 : 1)
  }
}

await main()
