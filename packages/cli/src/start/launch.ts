import { rmdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Settings } from '@croft/protocol'
import type { ProcessIdentity } from '../process/identity.ts'
import type { ChildSettings } from '../settings/child-settings.ts'
import { completeBootstrap, GATEWAY_ENGINES, type Gateways } from './bootstrap-file.ts'
import { dialUrl } from './dial.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import { metadataUrl } from './metadata-url.ts'
import type { Exit, Program } from './program.ts'
import {
  type AgentReady,
  agentProgram,
  metadataProgram,
  type ServerReady,
  serverProgram,
} from './programs.ts'
import { type Supervised, supervise } from './supervise.ts'

export interface LaunchEvents {
  onStarting(name: string): void
  onStarted(name: string): void
  onDeath(name: string, exit: Exit, delayMs: number): void
  onRecovered(name: string): void
  /** The processes that run now, whenever that changes. */
  onChildren(children: readonly (ProcessIdentity & { readonly name: string })[]): void
}

export interface Launched {
  readonly url: string
  readonly bootstrapPath: string
  readonly gateways: Gateways
}

export interface Launch {
  /** Rejects with `StartFailed`. */
  readonly started: Promise<Launched>
  /** The newest log lines of a program. */
  tail(name: string): readonly string[]
  /** Ends all in order: agent and server, then the metadata they use. */
  stop(): Promise<void>
  kill(): Promise<void>
}

/** Starts Croft's processes in order and keeps them running. */
export function launch(settings: Settings, childSettings: ChildSettings, events: LaunchEvents): Launch {
  const logs = new Map<string, LogFile>()
  const running: Supervised<unknown>[] = []
  const children = new Map<string, ProcessIdentity>()
  let ended = false
  let socketDirectory: string | null = null

  async function run<Ready>(program: Program<Ready>, onReady: (ready: Ready) => void): Promise<Ready> {
    if (ended) throw new Error('stopped before everything was started')
    events.onStarting(program.name)
    const log = openLogFile(join(childSettings.dataDirectory, 'logs', `${program.name}.log`))
    logs.set(program.name, log)
    const supervised = supervise(program, log, {
      onReady(ready, first) {
        onReady(ready)
        if (first) events.onStarted(program.name)
        else events.onRecovered(program.name)
      },
      onDeath: (exit, delayMs) => events.onDeath(program.name, exit, delayMs),
      onChild(identity) {
        if (identity) children.set(program.name, identity)
        else children.delete(program.name)
        events.onChildren([...children].map(([name, child]) => ({ name, ...child })))
      },
    })
    running.push(supervised)
    return supervised.ready
  }

  async function start(): Promise<Launched> {
    let databaseUrl = settings.CROFT_DATABASE_URL ?? ''
    if (settings.CROFT_DATABASE_URL === undefined) {
      await run(metadataProgram(childSettings), (ready) => {
        databaseUrl = metadataUrl(ready.socket)
        socketDirectory = ready.socket
      })
    }

    // Ports chosen at the first start stay for as long as the launcher runs: clients hold them.
    let apiPort: number | null = null
    let gateways: Gateways | null = null
    let serverReady: ServerReady | null = null
    const completeFile = () => {
      if (serverReady && gateways) completeBootstrap(serverReady.bootstrap, gateways)
    }

    const server = await run(
      serverProgram(childSettings, { databaseUrl: () => databaseUrl, port: () => apiPort }),
      (ready) => {
        serverReady = ready
        const stated = ready.port ?? (settings.CROFT_PUBLIC_URL ? settings.CROFT_PORT : portOf(ready.url))
        if (stated > 0) apiPort = stated
        completeFile()
      },
    )
    const agent = await run(
      agentProgram(childSettings, {
        serverUrl: () => (apiPort === null ? server.url : dialUrl(settings.CROFT_HOST, apiPort)),
        bootstrapPath: () => server.bootstrap,
        gateways: () => gateways,
      }),
      (ready) => {
        gateways = { ...gateways, ...gatewaysOf(ready, settings.CROFT_GATEWAY_HOST) }
        completeFile()
      },
    )
    return {
      url: server.url,
      bootstrapPath: server.bootstrap,
      gateways: gatewaysOf(agent, settings.CROFT_GATEWAY_HOST),
    }
  }

  async function end(how: (supervised: Supervised<unknown>) => Promise<void>): Promise<void> {
    ended = true
    const isMetadata = (supervised: Supervised<unknown>) => supervised.name === 'metadata'
    await Promise.all(running.filter((supervised) => !isMetadata(supervised)).map(how))
    await Promise.all(running.filter(isMetadata).map(how))
    for (const log of logs.values()) log.close()
    if (socketDirectory !== null) removeEmpty(socketDirectory, dirname(socketDirectory))
  }

  return {
    started: start(),
    tail: (name) => logs.get(name)?.tail() ?? [],
    stop: () => end((supervised) => supervised.stop()),
    kill: () => end((supervised) => supervised.kill()),
  }
}

/** The metadata server removes its socket, but not the directories that were made for it. */
function removeEmpty(...directories: string[]): void {
  for (const directory of directories) {
    try {
      rmdirSync(directory)
    } catch {
      // Something is left in it, or it is gone.
      return
    }
  }
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url)
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

function gatewaysOf(ready: AgentReady, publicHost: string | undefined): Gateways {
  return Object.fromEntries(
    GATEWAY_ENGINES.flatMap((engine) => {
      const found = ready.gateways.find((gateway) => gateway.engine === engine)
      return found ? [[engine, { host: publicHost ?? found.host, port: found.port }]] : []
    }),
  )
}
