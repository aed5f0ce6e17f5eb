import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFileSystem } from '../../host/flush-file-system.ts'
import { makePassable } from '../../host/passable-directory.ts'
import type { RunAs } from '../../host/run-as.ts'
import { bootstrap } from './bootstrap.ts'
import type { Programs } from './programs.ts'

/** Grows with every change of what a template holds, so that a newer Croft makes new ones. */
const recipe = 1

/** Gives the template of a version: an initialized, stopped data directory. Makes it once. */
export async function ensureTemplate(
  programs: Programs,
  templatesDirectory: string,
  runAs: RunAs | null,
): Promise<string> {
  const name = `mariadb-${programs.exact}-${recipe}`
  const template = join(templatesDirectory, name)
  if (await stat(template).catch(() => undefined)) return template
  await makePassable(templatesDirectory)
  const partial = `${template}.partial`
  await bootstrap(programs, partial, runAs)
  // Each data directory is a copy of it, so its own blocks had better be on disk.
  await flushFileSystem(templatesDirectory)
  await rename(partial, template)
  await removeOlder(templatesDirectory, name)
  return template
}

async function removeOlder(templatesDirectory: string, current: string): Promise<void> {
  const [series] = /^mariadb-\d+\.\d+\./.exec(current) ?? ['mariadb-']
  for (const entry of await readdir(templatesDirectory)) {
    if (!entry.startsWith(series) || entry === current) continue
    await rm(join(templatesDirectory, entry), { recursive: true, force: true })
  }
}
