import assert from 'node:assert/strict'
import { databaseServers, kill } from '../../faults/processes.ts'
import { until } from '../../faults/until.ts'
import { PATIENCE_MS } from '../api.ts'
import { checkSubjects } from '../check-subjects.ts'
import { pick, type Step, type World } from '../world.ts'

/** kill -9 of one process, by chance; then until every database takes writes and the API answers. */
export const killOne: Step = async (world) => {
  const victim = choose(world)
  if (!victim) return null
  const began = Date.now()
  if (victim.name === 'everything') {
    await world.croft.kill()
    await world.restart()
  } else kill(victim.pid)
  await until(() => answers(world), PATIENCE_MS, 20)
  await checkSubjects(world)
  world.recoveries.note(`kill -9 of ${victim.name}`, (Date.now() - began) / 1000)
  return victim.name
}

function choose(world: World): { name: string; pid: number } | undefined {
  const children = Object.entries(world.croft.children()).map(([name, pid]) => ({ name, pid }))
  const server = pick(world, databaseServers(world.dataDirectory))
  return pick(world, [
    ...children,
    ...(server ? [{ name: 'a database server', pid: server.pid }] : []),
    { name: 'everything', pid: world.croft.pid },
  ])
}

async function answers(world: World): Promise<void> {
  const { ok } = await fetch(`${world.croft.bootstrap.url}/readyz`, { signal: AbortSignal.timeout(2000) })
  assert.ok(ok)
}
