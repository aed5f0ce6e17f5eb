import { chown, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { writeOwnedFile } from '../../../host/write-owned-file.ts'
import { corruptCopy } from '../../corrupt-copy.ts'
import { underPartialName } from '../../partial-directory.ts'
import { parseManifest, verifyFiles } from '../backup-manifest.ts'
import { extractFile, type Owner } from '../extract-file.ts'
import { extractTar, type Place } from '../extract-tar.ts'
import { finishDirectory } from '../restore-data.ts'
import { wholeLabel } from './backup-label.ts'
import { patchFile } from './patch-file.ts'

const prefix = 'INCREMENTAL.'
const labelName = 'backup_label'

/**
 * Changes a data directory that has been restored and not been started into that of an incremental copy made from
 * it. It is done under the name `<directory>.partial` and checked against the copy's manifest; when anything fails,
 * nothing is left of either. Throws `AgentFault` `backup-corrupt`, what `data` or the disk throws, and the reason of
 * `signal`.
 */
export async function applyIncrement(
  data: Readable,
  directory: string,
  owner: Owner | null,
  signal: AbortSignal,
): Promise<void> {
  await underPartialName(data, directory, signal, async (partial) => {
    await rename(directory, partial)
    // Nobody but the agent may get into it while files are opened there.
    if (owner) await chown(partial, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
    const earlier = await readFile(join(partial, labelName), 'utf8').catch((cause: unknown) => {
      throw corruptCopy('the backup before it has no label', cause)
    })
    const before = await listTree(partial)
    const { files, directories, manifest } = await extractTar(data, changedPlace(partial, before, owner))
    verifyFiles(parseManifest(manifest), files)
    const kept = [...files.keys()].map(plainName)
    await removeOthers(partial, before, new Set([...kept, ...directories]))
    const label = await readFile(join(partial, labelName), 'utf8')
    await writeOwnedFile(join(partial, labelName), wholeLabel(label, earlier), owner)
    await syncFile(join(partial, labelName))
    await finishDirectory(partial, kept, directories, owner)
  })
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.sync().finally(() => file.close())
}

/** `base/5/INCREMENTAL.16384` changes `base/5/16384`. */
function plainName(name: string): string {
  const file = basename(name)
  return file.startsWith(prefix) ? join(dirname(name), file.slice(prefix.length)) : name
}

interface Tree {
  readonly files: ReadonlySet<string>
  /** Parents before what is in them. */
  readonly directories: ReadonlySet<string>
}

/** A directory that is there: files are replaced, or changed where only their changes come. */
function changedPlace(root: string, before: Tree, owner: Owner | null): Place {
  return {
    async makeDirectory(name) {
      if (name !== '' && !before.directories.has(name)) await mkdir(join(root, name), { mode: 0o700 })
    },
    async openFile(name, size, lanes) {
      const plain = plainName(name)
      const path = join(root, plain)
      if (plain !== name) return patchFile(path, size, lanes)
      if (before.files.has(name)) await rm(path)
      return extractFile(path, owner, lanes)
    },
  }
}

async function listTree(root: string): Promise<Tree> {
  const files = new Set<string>()
  const directories = new Set<string>()
  const walk = async (directory: string): Promise<void> => {
    for (const entry of await readdir(join(root, directory), { withFileTypes: true })) {
      const name = directory === '' ? entry.name : `${directory}/${entry.name}`
      if (!entry.isDirectory()) files.add(name)
      else {
        directories.add(name)
        await walk(name)
      }
    }
  }
  await walk('')
  return { files, directories }
}

async function removeOthers(root: string, before: Tree, kept: ReadonlySet<string>): Promise<void> {
  for (const name of before.files) if (!kept.has(name)) await rm(join(root, name), { force: true })
  for (const name of before.directories) {
    if (!kept.has(name)) await rm(join(root, name), { recursive: true, force: true })
  }
}
