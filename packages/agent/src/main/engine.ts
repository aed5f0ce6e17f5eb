import { mkdir } from 'node:fs/promises'
import { delimiter, dirname } from 'node:path'
import { parseSettings, WrongSettings } from '@croft/protocol'
import pino from 'pino'
import { createEngines, enginesDirectory } from '../engines/registry.ts'
import { AgentFault } from '../fault.ts'
import { findRunAs } from '../host/run-as.ts'
import { storageRoot } from '../host/storage-root.ts'

const usage = 'usage: engine.ts list | engine.ts install <engine> [<version>]'

/** Lists or installs the engines of this host; a running agent sees a new one without a restart. */
async function main([command, name, version, ...rest]: string[]): Promise<number> {
  const list = command === 'list' && name === undefined
  const install = command === 'install' && name !== undefined && rest.length === 0
  if (!list && !install) {
    console.error(usage)
    return 2
  }
  const settings = parseSettings(process.env)
  const dataDirectory = settings.CROFT_DATA_DIR
  await mkdir(dataDirectory, { recursive: true })
  const runAs = await findRunAs(settings.CROFT_RUN_AS)
  const log = pino(
    { level: settings.CROFT_LOG_LEVEL, name: 'engine' },
    pino.destination({ fd: 2, sync: true }),
  )
  const root = await storageRoot({ dataDirectory, runAs })
  const engines = createEngines({
    storageRoot: root,
    enginesDirectory: enginesDirectory(root, settings.CROFT_ENGINES_DIR),
    runAs,
    log,
  })
  if (!install) {
    const all = await Promise.all([...engines.values()].map((engine) => engine.versions()))
    console.log(JSON.stringify(all.flat()))
    return 0
  }
  const engine = engines.get(name)
  if (!engine) {
    console.error(`There is no engine "${name}"; engines are ${[...engines.keys()].join(', ')}.`)
    return 2
  }
  // npm runs on the Node it finds first, which should be this one.
  process.env.PATH = [dirname(process.execPath), process.env.PATH].filter(Boolean).join(delimiter)
  await engine.install(version ?? null, (line) => console.log(line))
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const known = error instanceof AgentFault || error instanceof WrongSettings
  console.error(known ? error.message : error)
  process.exitCode = error instanceof WrongSettings ? 2 : 1
}
