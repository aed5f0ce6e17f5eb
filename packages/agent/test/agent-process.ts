import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { GatewayAddress } from '@croft/protocol'

const AGENT = fileURLToPath(new URL('../src/main/agent.ts', import.meta.url))

/** The agent's own process, as the launcher starts it. */
export interface AgentProcess {
  readonly child: ChildProcess
  readonly gateway: GatewayAddress
  /** What it logged so far. */
  log(): string
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

export async function startAgentProcess(
  dataDirectory: string,
  serverUrl: string,
  token: string,
  more: Record<string, string> = {},
): Promise<AgentProcess> {
  const child = fork(AGENT, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      CROFT_DATA_DIR: dataDirectory,
      CROFT_POSTGRES_PORT: '0',
      CROFT_MARIADB_PORT: '0',
      CROFT_REDIS_PORT: '0',
      CROFT_DATABASE_PORTS: '0',
      CROFT_SERVER_URL: serverUrl,
      CROFT_AGENT_TOKEN: token,
      CROFT_WARM_SERVERS: '1',
      CROFT_WARM_DIRECTORIES: '1',
      ...more,
    },
  })
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const exited = once(child, 'exit')
  const ready = once(child, 'message')
  const first = await Promise.race([ready, exited.then(() => null)])
  if (!first) throw new Error(`the agent did not start:\n${log}`)
  const [message] = first as [{ type: string; gateways: GatewayAddress[] }]
  const [gateway] = message.gateways
  if (message.type !== 'ready' || !gateway) throw new Error(`no gateway in ${JSON.stringify(message)}`)
  return {
    child,
    gateway,
    log: () => log,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await exited
      }
      return child.exitCode
    },
  }
}
