import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pick, type Step, type World } from '../world.ts'

/** Takes a backup target away, or gives back what is away. Databases go on either way. */
export const cutTarget: Step = async (world) => {
  const away = pick(world, [...world.cut])
  if (away) {
    await mend(world, away)
    return `${away} is back`
  }
  const target = world.random() < 0.5 ? 's3' : 'directory'
  if (target === 's3') await world.s3.setFaults({ outage: true })
  else {
    const { path, aside } = pathsOf(world)
    await rename(path, aside)
    // Where a file lies, no directory can be made.
    await writeFile(path, '')
  }
  world.cut.add(target)
  await sleep(2000)
  return `${target} is out of reach`
}

/** Gives back what is away; at the end of a run too. */
export async function mend(world: World, target: 'directory' | 's3'): Promise<void> {
  if (target === 's3') await world.s3.setFaults({ outage: false })
  else {
    const { path, aside } = pathsOf(world)
    await rm(path)
    await rename(aside, path)
  }
  world.cut.delete(target)
}

function pathsOf({ dataDirectory }: World): { path: string; aside: string } {
  return { path: join(dataDirectory, 'backups'), aside: join(dataDirectory, 'backups-away') }
}
