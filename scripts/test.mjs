// `npm test`: format and lint, types, then every test. `npm test -- packages/agent` does one part;
// arguments that begin with -- go to Node's test runner (`--test-name-pattern=lock`).
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { root, runPinned } from './pinned-node.mjs'

// Each test process may run PostgreSQL servers of its own, and many wait for a clock: four keep two cores busy.
const CONCURRENCY = 4
// A hung test must fail, not hang the run. The longest suites move gigabytes.
const TIMEOUT_MS = 300_000
const SKIPPED = new Set(['node_modules', 'fixtures'])

function testsBelow(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory())
      return SKIPPED.has(entry.name) || entry.name.startsWith('.') ? [] : testsBelow(path)
    return entry.name.endsWith('.test.ts') ? [path] : []
  })
}

const isBelow = (path, parent) => path === parent || path.startsWith(parent + sep)

const runnerFlags = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const parts = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const chosen = parts.map((part) => resolve(root, part))
for (const path of chosen) {
  if (!existsSync(path)) {
    console.error(`${relative(root, path)} does not exist. Name a folder or a test file of this repository.`)
    process.exit(2)
  }
}
ensureInstalled({ dev: true })
process.chdir(root)

// What takes long comes first, so that the last minute is not one process's.
const files = ['test', 'conformance', 'packages']
  .flatMap((folder) => testsBelow(join(root, folder)).sort())
  .filter((file) => chosen.length === 0 || chosen.some((path) => isBelow(file, path)))
  .map((file) => relative(root, file))

const steps = [
  [
    'Format and lint',
    [
      join('node_modules', '@biomejs', 'biome', 'bin', 'biome'),
      'check',
      ...(parts.length > 0 ? parts : ['.']),
    ],
  ],
  ['Types', [join('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit']],
]
// Where packages/agent/test and conformance/harness look for them (`testEngines`).
const enginesDirectory = join(tmpdir(), `croft-test-engines-${process.getuid?.() ?? 0}`)
const needsEngines = (file) => /^(packages[\\/]agent|conformance|test)[\\/]/.test(file)
const scratch = mkdtempSync(join(tmpdir(), 'croft-'))
if (files.some(needsEngines)) {
  mkdirSync(enginesDirectory, { recursive: true })
  chmodSync(enginesDirectory, 0o711)
  chmodSync(scratch, 0o711)
  for (const engine of ['mariadb', 'redis']) {
    const program = join('packages', 'agent', 'src', 'main', 'engine.ts')
    const env = { CROFT_ENGINES_DIR: enginesDirectory, CROFT_DATA_DIR: scratch }
    steps.push([`Engines: ${engine}`, [program, 'install', engine], env])
  }
}
// Installing it takes longer than a test may.
if (files.some((file) => file.includes('browsable')))
  steps.push(['Chromium', [join('conformance', 'harness', 'chromium.ts')]])
if (files.length > 0) {
  steps.push([
    `Tests (${files.length} files)`,
    [
      '--test',
      `--test-concurrency=${CONCURRENCY}`,
      `--test-timeout=${TIMEOUT_MS}`,
      '--test-reporter=./scripts/test-reporter.mjs',
      '--test-reporter-destination=stdout',
      ...runnerFlags,
      ...files,
    ],
  ])
}

const failed = []
for (const [name, args, env] of steps) {
  console.log(`\n${name}`)
  const code = await runPinned(args, env)
  if (code !== 0) failed.push(name)
  if (code > 128) break
}
rmSync(scratch, { recursive: true, force: true })
if (files.length === 0) console.log(`\nThere are no tests below ${parts.join(', ')}.`)
const checks = failed.filter((name) => !name.startsWith('Tests'))
if (checks.length > 0) console.error(`\nFailed before the tests: ${checks.join(', ')}; see above.`)
process.exitCode = failed.length > 0 ? 1 : 0
