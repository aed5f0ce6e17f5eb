import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { api } from './api.ts'
import { apiKeys } from './api-keys.ts'
import { backups } from './backups/backups.ts'
import type { Benchmark, Row } from './benchmark.ts'
import { createMany } from './create-many.ts'
import { createProject } from './create-project.ts'
import { engines } from './engines/engines.ts'
import { gateway } from './gateway.ts'
import { memory } from './memory.ts'
import { permissionChecks } from './permission-checks.ts'
import { formatTable } from './table.ts'
import { wake } from './wake.ts'

const BENCHMARKS: readonly Benchmark[] = [
  createProject,
  wake,
  createMany,
  gateway,
  api,
  memory,
  backups,
  engines,
  permissionChecks,
  apiKeys,
]
const NAMES = BENCHMARKS.map(({ name }) => name)

const USAGE = `npm run bench [-- name ...] [--quick] [--rounds n] [--json file]

  name      which to run; all unless given: ${NAMES.join(', ')}
  --quick   two rounds of few and small operations, to see that it works
  --rounds  how often each thing and its peer are measured in turn (5)
  --json    also writes the results to this file

A missed goal is said, and is no failure.
`

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${USAGE}`)
  process.exit(2)
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

const { values, positionals } = parse()
if (values.help) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const unknown = positionals.filter((name) => !NAMES.includes(name))
if (unknown.length > 0) fail(`There is no benchmark ${unknown.join(', ')}.`)
const { quick } = values
const rounds = Number(values.rounds ?? (quick ? 2 : 5))
if (!Number.isInteger(rounds) || rounds < 1) fail('--rounds must be a whole number from 1 on.')

const rows: Row[] = []
const failures: string[] = []
for (const { name, run } of BENCHMARKS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const progress = (line: string) => void process.stderr.write(`${name}: ${line}\n`)
  progress('starting')
  try {
    rows.push(...(await run({ rounds, quick, progress })))
  } catch (error) {
    // The others are still worth having.
    failures.push(name)
    process.stderr.write(`${name} failed: ${error instanceof Error ? error.stack : String(error)}\n`)
  }
}

const [cpu] = cpus()
const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, Node ${process.version}`
process.stdout.write(`\n${machine}, ${rounds} rounds${quick ? ', quick' : ''}\n\n${formatTable(rows)}\n`)
if (values.json) {
  const results = { at: new Date().toISOString(), machine, rounds, quick, rows, failures }
  await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`)
}
process.exitCode = failures.length > 0 ? 1 : 0
