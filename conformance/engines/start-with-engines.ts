import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Croft, newDataDirectory, startCroft } from '../harness/croft.ts'

const run = promisify(execFile)
const CLI = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'croft.mjs')
const INSTALL_TIMEOUT_MS = 300_000

/** Where all tests of this machine and user keep the engines that did not come with Croft. */
const ENGINES_DIRECTORY = join(tmpdir(), `croft-test-engines-${process.getuid?.() ?? 0}`)

/** Runs the CLI against a Croft of a test; answers what it printed. */
export async function cli(croft: Pick<Croft, 'dataDirectory'>, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [CLI, ...args, '--data-dir', croft.dataDirectory], {
    env: { ...process.env, CROFT_ENGINES_DIR: ENGINES_DIRECTORY },
    timeout: INSTALL_TIMEOUT_MS,
  })
  return stdout.trim()
}

/** A Croft whose host has every engine: those that are not on the system are installed as people install them. */
export async function startWithEngines(
  engines: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Croft> {
  // Servers run as another user, who has to get through.
  mkdirSync(ENGINES_DIRECTORY, { recursive: true, mode: 0o711 })
  const dataDirectory = await newDataDirectory()
  for (const engine of engines) await cli({ dataDirectory }, 'engine', 'install', engine)
  return startCroft(dataDirectory, { CROFT_ENGINES_DIR: ENGINES_DIRECTORY, ...settings })
}
