import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const INSTALL_TIMEOUT_MS = 280_000
/** Pages in tests come from this machine; a slow answer is one that waits for a database. */
const PAGE_TIMEOUT_MS = 60_000

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

async function findChromium(): Promise<string | null> {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((each) => each !== '')
  for (const path of NAMES.flatMap((name) => directories.map((directory) => join(directory, name)))) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return null
}

function run(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((end) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: INSTALL_TIMEOUT_MS,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, DEBIAN_FRONTEND: 'noninteractive' },
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000)
    })
    child.once('error', (error) => end(error.message))
    child.once('close', (code) => end(code === 0 ? null : said || `${program} ended with ${code}`))
  })
}

/** The system's Chromium; Debian's is installed when there is none. Throws with what to do where that fails. */
export async function ensureChromium(): Promise<string> {
  const found = await findChromium()
  if (found !== null) return found
  const wait = ['-o', 'DPkg::Lock::Timeout=250']
  const install = ['install', '-y', '--no-install-recommends', ...wait, 'chromium']
  const failed = (await run('apt-get', ['update', ...wait])) ?? (await run('apt-get', install))
  const path = await findChromium()
  if (path !== null) return path
  throw new Error(
    `These tests need Chromium and it could not be installed: ${failed}\nInstall it: apt-get install chromium (as root).`,
  )
}

/** A Chromium without a window. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: FLAGS, timeout: PAGE_TIMEOUT_MS })
}

if (import.meta.main) console.log(await ensureChromium())
