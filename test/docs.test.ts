import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { flagOf, Settings } from '@croft/protocol'
import {
  type Croft,
  newDataDirectory,
  removeDataDirectory,
  startCroft,
} from '../conformance/harness/croft.ts'
import { testEngines } from '../conformance/harness/engines-directory.ts'
import { type RunningServer, startServer } from '../conformance/s3-server/server.ts'
import { missingLine, type Step, stepsOf } from './doc-blocks.ts'
import { listFiles, ROOT } from './source-files.ts'

const STEP_TIMEOUT_MS = 60_000
const PAGES = ['README.md', ...listFiles(['docs/tutorials', 'docs/how-to'], /\.md$/)]

/** Pages that only say what a test cannot do here: other hosts, other programs. Each with its reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'docs/how-to/install-engines.md':
    'it installs packages; the suite does so before its tests, and its commands have tests',
}

// Everything happens in a folder that looks like a clone to the commands, and in a project beside it.
const base = await newDataDirectory()
const clone = join(base, 'croft')
const project = join(base, 'my project')
const state = join(base, 'shell-state')
await mkdir(clone)
await mkdir(project)
await symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules'))
for (const entry of ['packages', 'scripts', 'package.json'])
  await symlink(join(ROOT, entry), join(clone, entry))
await symlink(join(ROOT, 'conformance', 'node_modules'), join(project, 'node_modules'))
await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n')

let croft: Croft | null = null
let ports: Readonly<Record<string, string>> = {}
let s3: RunningServer | null = null
/** What pages call a minute ago. */
let minuteAgo: string | null = null

after(async () => {
  await croft?.stop()
  await s3?.close()
  await removeDataDirectory(base)
})

const FLAGS = new Set(Object.keys(Settings.properties).map(flagOf))

async function start(code: string): Promise<void> {
  assert.match(code, /^npm start( -- .+)?$/)
  for (const [flag] of code.matchAll(/ (--[a-z-]+)/g))
    assert.ok(FLAGS.has(flag.trim()), `${flag} is no setting`)
  if (croft) return
  croft = await startCroft(join(clone, '.croft'), ports)
  const { url, postgres, mariadb, redis } = croft.bootstrap
  // Connection strings that the page showed earlier must work after a restart, as with fixed ports.
  ports = {
    CROFT_PORT: new URL(url).port,
    CROFT_POSTGRES_PORT: String(postgres.port),
    CROFT_MARIADB_PORT: String(mariadb.port),
    CROFT_REDIS_PORT: String(redis.port),
  }
}

/** Pages show the default ports; here they are others. */
function asHere(text: string): string {
  if (!croft) return text
  const { url, postgres, mariadb, redis } = croft.bootstrap
  const here = text
    .replaceAll('127.0.0.1:7400', new URL(url).host)
    .replaceAll('127.0.0.1:7432', `127.0.0.1:${postgres.port}`)
    .replaceAll('127.0.0.1:7433', `127.0.0.1:${mariadb.port}`)
    .replaceAll('127.0.0.1:7434', `127.0.0.1:${redis.port}`)
  const withStore = s3 ? here.replaceAll('https://s3.example.com', `http://127.0.0.1:${s3.port}`) : here
  return minuteAgo === null ? withStore : withStore.replaceAll('"1m ago"', minuteAgo)
}

async function startStore(): Promise<void> {
  s3 ??= await startServer({
    port: 0,
    directory: join(base, 's3'),
    bucket: 'croft-backups',
    accessKeyId: 'my-access-key',
    secretAccessKey: 'my-secret-key',
    region: 'eu-central-1',
    pageSize: 100,
  })
}

/** Takes a moment that the database can be restored to, and lets a second pass. */
async function passMinute(database: string, line: number): Promise<void> {
  const code = `npx croft database window ${database} -q`
  const window = () => run({ kind: 'run', line, code, inProject: false, output: [] })
  const reaches = async (moment: string) => {
    const [earliest = '-', latest = '-'] = (await window()).trim().split(' ')
    return earliest !== '-' && earliest <= moment && latest >= moment
  }
  const deadline = Date.now() + STEP_TIMEOUT_MS
  for (;;) {
    const moment = new Date().toISOString()
    await sleep(1000)
    if (await reaches(moment)) {
      minuteAgo = moment
      return
    }
    assert.ok(Date.now() < deadline, `${database} cannot be restored to any moment`)
  }
}

/** Runs commands in a shell that knows the variables of the steps before. Resolves with all they print. */
async function run(step: Extract<Step, { kind: 'run' }>): Promise<string> {
  const script = `set -eu -o pipefail -o allexport
if [ -f "$1" ]; then . "$1"; fi
${asHere(step.code)}
export -p | grep -vE '^declare -x (PWD|OLDPWD|SHLVL|_)=' > "$1"`
  const child = spawn('bash', ['-c', script, 'docs', state], {
    cwd: step.inProject ? project : clone,
    env: {
      PATH: process.env.PATH,
      HOME: base,
      NO_COLOR: '1',
      CI: '1',
      // Of the original clients: nothing may leave the machine, and nothing needs to.
      DO_NOT_TRACK: '1',
      CHECKPOINT_DISABLE: '1',
      PRISMA_SKILLS_CHECK: '0',
      npm_config_update_notifier: 'false',
      npm_config_offline: 'true',
      // Where the suite has installed them before its tests.
      CROFT_ENGINES_DIR: testEngines(),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what a step leaves behind can be ended with it.
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      output += text
    })
  }
  const endGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Nothing is left of it.
    }
  }
  const timer = setTimeout(endGroup, STEP_TIMEOUT_MS)
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', endGroup)
    child.on('close', (exit, signal) => resolve(exit ?? signal))
  })
  clearTimeout(timer)
  assert.equal(code, 0, `ended with ${code}:\n${step.code}\n\n${output}`)
  return output
}

async function take(step: Step): Promise<void> {
  if (step.kind === 'start') return start(step.code)
  if (step.kind === 'stop') {
    assert.equal(await croft?.stop(), 0)
    croft = null
    return
  }
  if (step.kind === 's3') return startStore()
  if (step.kind === 'minute') return passMinute(step.code, step.line)
  if (step.kind === 'save')
    return writeFile(join(step.inProject ? project : clone, step.file), `${asHere(step.code)}\n`)
  const output = await run(step)
  const missing = missingLine(step.output.map(asHere), output)
  assert.equal(missing, null, `the page shows "${missing}", but the commands say:\n${output}`)
}

test('every page has steps that can be taken, or is listed with the reason why not', async () => {
  const without: string[] = []
  for (const page of PAGES) {
    if (stepsOf(await readFile(join(ROOT, page), 'utf8')).every(({ kind }) => kind !== 'run'))
      without.push(page)
  }
  assert.deepEqual(without, Object.keys(NOT_RUN))
})

for (const page of PAGES.filter((name) => !(name in NOT_RUN))) {
  describe(page, async () => {
    const steps = stepsOf(await readFile(join(ROOT, page), 'utf8'))
    let failed = false
    for (const step of steps) {
      const title = `line ${step.line}: ${step.kind} ${step.code.split('\n')[0]}`
      test(title, async () => {
        assert.ok(!failed, 'a step before this one failed')
        failed = true
        await take(step)
        failed = false
      })
    }
    after(() => {
      minuteAgo = null
      return rm(state, { force: true })
    })
  })
}
