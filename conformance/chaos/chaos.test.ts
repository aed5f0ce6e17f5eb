import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSeed } from '../faults/random.ts'
import { runChaos } from './run-chaos.ts'

test('a short run of chaos finds no violation', { timeout: 240_000 }, async (t) => {
  const seed = newSeed()
  const lines: string[] = []
  const outcome = await runChaos({ seed, minutes: 0.5, databases: 3, keep: false }, (line) =>
    lines.push(line),
  )
  for (const line of [...lines, ...outcome.table]) t.diagnostic(line)
  assert.deepEqual(outcome.violations, [], `npm run chaos -- --seed ${seed}`)
  assert.ok(outcome.steps > 3, `only ${outcome.steps} steps`)
})
