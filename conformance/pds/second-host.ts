import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { kill, processesOf } from '../faults/processes.ts'
import { newDataDirectory, removeDataDirectory } from '../harness/croft.ts'
import { testEngines } from '../harness/engines-directory.ts'

const run = promisify(execFile)
const CLI = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'croft.mjs')
const COMMAND_MS = 10_000
const STOP_MS = 15_000

/** Another host, with an agent of its own. */
export interface SecondHost {
  /** What stands for it, in words. */
  readonly kind: string
  /** Where the first host has to listen so that this one reaches it. */
  readonly firstAddress: string
  readonly address: string
  readonly dataDirectory: string
  /** Starts `croft agent` there. */
  join(serverUrl: string, token: string): void
  /** What the agent has printed so far. */
  output(): string
  cutOff(): Promise<void>
  giveBack(): Promise<void>
  remove(): Promise<void>
}

interface Network {
  readonly kind: string
  readonly firstAddress: string
  readonly address: string
  /** What runs a program there. */
  readonly enter: readonly string[]
  cutOff(dataDirectory: string): Promise<void>
  giveBack(): Promise<void>
  remove(): Promise<void>
}

const ip = (...args: string[]) => run('ip', args, { timeout: COMMAND_MS })

/** A network namespace with a cable to this host's; rejects where that takes more rights than there are. */
async function openNamespace(): Promise<Network> {
  const name = `croft-${process.pid}`
  // 198.18.0.0/15 is for tests between networks: nobody's own (RFC 2544).
  const subnet = `198.18.${randomInt(256)}`
  const number = 4 * randomInt(63)
  // Unlike `ip netns exec` it leaves /sys, and with it the cgroups, where they are.
  const enter = ['nsenter', `--net=/run/netns/${name}`, '--']
  const [firstAddress, address] = [`${subnet}.${number + 1}`, `${subnet}.${number + 2}`]
  const [outer, inner] = [`${name}-a`, `${name}-b`]
  await ip('netns', 'add', name)
  try {
    await ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', name)
    await ip('addr', 'add', `${firstAddress}/30`, 'dev', outer)
    await ip('link', 'set', outer, 'up')
    await ip('-n', name, 'addr', 'add', `${address}/30`, 'dev', inner)
    for (const device of ['lo', inner]) await ip('-n', name, 'link', 'set', device, 'up')
    const [program = '', ...args] = [...enter, 'true']
    await run(program, args, { timeout: COMMAND_MS })
  } catch (error) {
    await ip('netns', 'del', name)
    throw error
  }
  const set = async (state: string) => {
    await ip('-n', name, 'link', 'set', inner, state)
  }
  return {
    kind: `the network namespace ${name}, cut off by its link`,
    firstAddress,
    address,
    enter,
    cutOff: () => set('down'),
    giveBack: () => set('up'),
    async remove() {
      // The cable goes with its end.
      await ip('netns', 'del', name)
    },
  }
}

/** Without a network of its own: other ports of this host, and all processes halt while it is cut off. */
function openProcesses(why: string): Network {
  let halted: readonly number[] = []
  const resume = async () => {
    for (const pid of halted) kill(pid, 'SIGCONT')
    halted = []
  }
  return {
    kind: `processes on this host, cut off by SIGSTOP, as there can be no network namespace: ${why}`,
    firstAddress: '127.0.0.1',
    address: '127.0.0.1',
    enter: [],
    async cutOff(dataDirectory) {
      halted = processesOf(dataDirectory).map(({ pid }) => pid)
      for (const pid of halted) kill(pid, 'SIGSTOP')
    },
    giveBack: resume,
    remove: resume,
  }
}

export async function openSecondHost(): Promise<SecondHost> {
  const network = await openNamespace().catch((error: unknown) =>
    openProcesses(error instanceof Error ? error.message.trim() : String(error)),
  )
  const dataDirectory = await newDataDirectory()
  let agent: ChildProcess | undefined
  let output = ''

  function start(serverUrl: string, token: string): void {
    const [program = '', ...args] = [...network.enter, process.execPath, CLI, 'agent']
    agent = spawn(program, args, {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        CROFT_DATA_DIR: dataDirectory,
        CROFT_HOST: network.address,
        CROFT_POSTGRES_PORT: '0',
        CROFT_MARIADB_PORT: '0',
        CROFT_REDIS_PORT: '0',
        CROFT_DATABASE_PORTS: '0',
        CROFT_ENGINES_DIR: testEngines(),
        CROFT_WARM_SERVERS: '1',
        CROFT_WARM_DIRECTORIES: '1',
        CROFT_SERVER_URL: serverUrl,
        CROFT_AGENT_TOKEN: token,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    agent.once('error', (error) => {
      output += error.message
    })
    for (const stream of [agent.stdout, agent.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
  }

  return {
    kind: network.kind,
    firstAddress: network.firstAddress,
    address: network.address,
    dataDirectory,
    join: start,
    output: () => output,
    cutOff: () => network.cutOff(dataDirectory),
    giveBack: network.giveBack,
    async remove() {
      await network.giveBack()
      agent?.kill('SIGTERM')
      const deadline = Date.now() + STOP_MS
      while (processesOf(dataDirectory).length > 0 && Date.now() < deadline) await sleep(50)
      for (const { pid } of processesOf(dataDirectory)) kill(pid)
      await network.remove()
      await removeDataDirectory(dataDirectory)
    },
  }
}
