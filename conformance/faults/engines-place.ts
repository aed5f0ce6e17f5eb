import { mkdir, readdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { testEngines } from '../harness/engines-directory.ts'

/** An engines directory of a test's own, whose engines can be taken away. */
export interface EnginesPlace {
  readonly directory: string
  takeAway(): Promise<void>
  giveBack(): Promise<void>
}

/** Has what `croft engine install` has brought for all tests. */
export async function openEnginesPlace(directory: string): Promise<EnginesPlace> {
  const shared = testEngines()
  await mkdir(directory, { recursive: true, mode: 0o711 })
  const installed = async () => (await readdir(shared)).filter((name) => /^(mariadb|redis)-\d/.test(name))
  const place = {
    directory,
    async takeAway() {
      for (const name of await readdir(directory)) await rm(join(directory, name))
    },
    async giveBack() {
      for (const name of await installed()) await symlink(join(shared, name), join(directory, name))
    },
  }
  await place.giveBack()
  return place
}
