// Brings node_modules in line with package-lock.json: what runs Croft (`npm start`), or what its tests need as
// well (`npm test`). Plain JavaScript for any Node from 20 on.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathWithPinnedNode, pinnedNode, root } from './pinned-node.mjs'

const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

/** What keeps Croft from being installed on this machine, or null. */
function unsuitable() {
  const platform = `${process.platform}-${process.arch}`
  if (process.platform === 'win32')
    return 'Croft runs on Linux and macOS. On Windows, run it inside WSL (https://learn.microsoft.com/windows/wsl).'
  if (!SUPPORTED.includes(platform))
    return `Croft runs on Linux and macOS, on x64 and arm64; this machine is ${platform}.`
  // The report would otherwise look up the names of all network peers.
  process.report.excludeNetwork = true
  if (process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime)
    return 'Croft needs a Linux with glibc (Debian, Ubuntu, Fedora, ...); this one has another C library, as Alpine does.'
  return null
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return null
  }
}

/**
 * npm writes node_modules/.package-lock.json last, so an install that was interrupted has none. Optional
 * packages of other platforms are in the lockfile only.
 */
function isInstalled(directory, dev) {
  const wanted = readLock(join(directory, 'package-lock.json'))
  const present = readLock(join(directory, 'node_modules', '.package-lock.json'))
  if (!wanted || !present) return false
  for (const path of new Set([...Object.keys(wanted), ...Object.keys(present)])) {
    if (path === '') continue
    const want = wanted[path]
    const have = present[path]
    if (!have && (want.optional || want.devOptional || (want.dev && !dev))) continue
    if (!have || !want || want.version !== have.version || want.integrity !== have.integrity) return false
  }
  return true
}

function npm(args, options) {
  return spawnSync('npm', args, {
    cwd: root,
    env: { ...process.env, PATH: pathWithPinnedNode() },
    ...options,
  })
}

/** Why `npm ci` failed, in words that help: npm's own output is already on the terminal. */
function explain(result) {
  if (result.error?.code === 'ENOENT')
    return 'npm was not found. It comes with Node: https://nodejs.org/en/download'
  if (result.signal) return `The installation was interrupted (${result.signal}).`
  const ping = npm(['ping', '--fetch-retries=0', '--loglevel=silent'], { stdio: 'ignore', timeout: 20_000 })
  if (ping.status !== 0) {
    return [
      'The npm registry cannot be reached, and the first start downloads about 200 MB from it.',
      'Check the network and, behind a proxy, `npm config get proxy` and `npm config get registry`.',
    ].join('\n')
  }
  return 'npm could not install the dependencies; its message is above. `npm ci` shows it again.'
}

function install(directory, dev) {
  const first = !existsSync(join(directory, 'node_modules'))
  console.error(
    first ? 'Installing dependencies (the first time takes a minute) ...' : 'Updating dependencies ...',
  )
  // `npm ci` begins by removing node_modules, from which a Croft may be running.
  const command = first ? ['ci'] : ['install', '--no-save']
  const result = npm(
    [
      ...command,
      ...(dev ? ['--include=dev'] : ['--omit=dev']),
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-maxtimeout=8000',
    ],
    { cwd: directory, stdio: 'inherit' },
  )
  if (result.status !== 0) stop(explain(result))
}

/**
 * Installs when needed; with `dev`, also what checks and tests need, the original clients in conformance/ among
 * it. Ends the process with a message when that cannot work.
 */
export function ensureInstalled({ dev }) {
  if (Number(process.versions.node.split('.')[0]) < 20)
    stop(`Croft needs Node 20 or newer to start; this is ${process.version}.`)
  const conformance = join(root, 'conformance')
  const missing = [
    ...(isInstalled(root, dev) && existsSync(pinnedNode) ? [] : [root]),
    ...(!dev || isInstalled(conformance, dev) ? [] : [conformance]),
  ]
  if (missing.length === 0) return
  const obstacle = unsuitable()
  if (obstacle) stop(obstacle)
  for (const directory of missing) install(directory, dev)
  if (!existsSync(pinnedNode)) {
    stop(
      'npm did not run the install script of the package `node`, which brings the Node that Croft runs on.\n' +
        'Allow install scripts (`npm config get ignore-scripts` should say false) and start again.',
    )
  }
}

function stop(message) {
  console.error(`\n${message}`)
  process.exit(1)
}
