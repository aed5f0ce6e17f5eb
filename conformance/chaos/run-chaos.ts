import { seeded } from '../faults/random.ts'
import { assertTidy } from '../faults/tidy.ts'
import { newDataDirectory, removeDataDirectory } from '../harness/croft.ts'
import { call } from './api.ts'
import { checkSubjects, nothingLost } from './check-subjects.ts'
import type { Options } from './options.ts'
import { chooseStep } from './steps/choose-step.ts'
import { create } from './steps/create.ts'
import { mend } from './steps/cut-target.ts'
import { closeWorld, createWorld, type World } from './world.ts'

export interface Outcome {
  readonly steps: number
  readonly violations: readonly string[]
  readonly table: readonly string[]
}

/** Directories, processes and sockets are looked over every so many steps: it waits until all has settled. */
const TIDY_EVERY = 8

/** One run. `say` gets a line for each step. A run ends with its first violation: what follows says little. */
export async function runChaos(options: Options, say: (line: string) => void): Promise<Outcome> {
  const random = seeded(options.seed)
  const dataDirectory = await newDataDirectory()
  const world = await createWorld({ limit: options.databases, random }, dataDirectory)
  const deadline = Date.now() + options.minutes * 60_000
  const violations: string[] = []
  let steps = 0
  try {
    world.s3TargetId = await addS3Target(world)
    say(`  first: create ${await create(world)}`)
    while (Date.now() < deadline) {
      const { name, step } = chooseStep(random)
      const did = await step(world)
      if (did === null) continue
      steps += 1
      say(`  ${String(steps).padStart(4)}  ${name.padEnd(20)}${did}`)
      await checkSubjects(world)
      if (steps % TIDY_EVERY === 0) await settle(world)
    }
    for (const target of world.cut) await mend(world, target)
    for (const subject of world.subjects) await nothingLost(subject)
    await settle(world)
  } catch (error) {
    violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const table = world.recoveries.table()
  try {
    await closeWorld(world)
  } catch (error) {
    violations.push(`stopping: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (violations.length > 0 && options.keep) say(`  kept: ${dataDirectory}`)
  else await removeDataDirectory(dataDirectory)
  return { steps, violations, table }
}

/** What a backup target that is away holds up is no untidiness: only what stays when all is back. */
async function settle(world: World): Promise<void> {
  if (world.cut.size === 0) await assertTidy(world.croft)
}

async function addS3Target(world: World): Promise<string> {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = world.s3
  const { workspaceId } = world.croft.bootstrap
  const target = await call<{ id: string }>(world, 201, 'POST', `/workspaces/${workspaceId}/backup-targets`, {
    name: 'chaos',
    location: {
      ...{ type: 's3', endpoint, bucket, accessKeyId, secretAccessKey },
      ...{ region: 'us-east-1', prefix: 'croft', pathStyle: true },
    },
  })
  return target.id
}
