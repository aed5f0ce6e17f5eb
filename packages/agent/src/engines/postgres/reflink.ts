import { constants } from 'node:fs'
import { chown, copyFile, mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import { createLanes } from '../../files/lanes.ts'
import { syncDirectory } from '../../files/sync-directory.ts'
import { flushFileSystem } from '../../host/flush-file-system.ts'
import type { RunAs } from '../../host/run-as.ts'
import { writeOwnedFile } from '../../host/write-owned-file.ts'
import type { Server } from '../engine.ts'
import { writeLineage } from '../lineage.ts'
import { agentDatabase, agentRole } from './access.ts'
import { openSession } from './management.ts'
import { beginOnlineCopy } from './online-copy.ts'

/** Where a running server keeps its files and its socket. */
export interface ServerPlaces {
  readonly directory: string
  readonly socketDirectory: string
}

export interface ReflinkOptions {
  readonly owner: RunAs | null
  /** Makes a new file of another's blocks; fails where the file system cannot. Replaced in tests. */
  readonly clone?: (from: string, to: string) => Promise<void>
  /** Bytes up to which files are copied by the kernel where their blocks cannot be shared. */
  readonly copyUpTo?: number
}

/** Copies of running servers, file by file: sharing blocks with the original's, or of small ones. */
export interface Reflink {
  know(server: Server, places: ServerPlaces): void
  copy(server: Server, directory: string, signal: AbortSignal): Promise<boolean>
}

const clonesAtOnce = 8
/**
 * Copied file by file, 100 MB take a third of what they take as a stream through the server, which packs, hashes and
 * unpacks them. More takes long enough for people to want its progress, which only the stream tells.
 */
const smallBytes = 256 * 1024 * 1024
/** What is a server's own, as in BASE_BACKUP. Its log is chosen apart, pg_control comes last. */
const leftOut =
  /^(postmaster\.(pid|opts)|backup_label|tablespace_map|global\/pg_control|.*\/pg_internal\.init|pg_(replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans|wal)\/.+|(.*\/)?pgsql_tmp.*|(base\/\d+\/)t\d+_.*)$/

export function createReflink({
  owner,
  clone = cloneBlocks,
  copyUpTo = smallBytes,
}: ReflinkOptions): Reflink {
  const known = new WeakMap<Server, ServerPlaces>()
  return {
    know: (server, places) => void known.set(server, places),
    async copy(server, directory, signal) {
      const places = known.get(server)
      if (!places) return false
      const partial = `${directory}.partial`
      await rm(partial, { recursive: true, force: true })
      try {
        await mkdir(partial, { mode: 0o700 })
        const shares = await canClone(places.directory, partial, clone)
        if (!shares && !(await isSmall(places.directory, copyUpTo))) {
          await rm(partial, { recursive: true, force: true })
          return false
        }
        await copyRunning(places, partial, { owner, clone: shares ? clone : copyBytes }, signal)
        // A server syncs what it writes itself, and never the rest of its files.
        if (!shares) await flushFileSystem(partial)
        await writeLineage(partial, owner)
        if (owner) await chown(partial, owner.uid, owner.gid)
        await rename(partial, directory)
        await syncDirectory(dirname(directory))
        return true
      } catch (error) {
        await rm(partial, { recursive: true, force: true })
        signal.throwIfAborted()
        if (isOutOfSlots(error)) return false
        throw error
      }
    },
  }
}

async function cloneBlocks(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL)
}

async function copyBytes(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL)
}

/** Whether all files but those of the log are within a limit and fit on the disk. What goes meanwhile does not count. */
async function isSmall(directory: string, limit: number): Promise<boolean> {
  let bytes = 0
  const lanes = createLanes(clonesAtOnce)
  for (const { path, directory: isDirectory } of await entriesOf(directory)) {
    if (isDirectory || leftOut.test(path)) continue
    await lanes.run(async () => {
      const found = await stat(join(directory, path)).catch(() => undefined)
      bytes += found?.size ?? 0
    })
  }
  await lanes.finish()
  const { bavail, bsize } = await statfs(directory)
  return bytes <= Math.min(limit, bavail * bsize)
}

/** Asked of the file system each time: the two directories may lie on different ones, or be moved. */
async function canClone(
  source: string,
  target: string,
  clone: NonNullable<ReflinkOptions['clone']>,
): Promise<boolean> {
  try {
    await clone(join(source, 'PG_VERSION'), join(target, 'PG_VERSION'))
    await rm(join(target, 'PG_VERSION'))
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'ENOSYS', 'EINVAL', 'ENOTTY'].includes(code)) return false
    throw error
  }
}

async function copyRunning(
  { directory, socketDirectory }: ServerPlaces,
  partial: string,
  { owner, clone }: Required<Pick<ReflinkOptions, 'owner' | 'clone'>>,
  signal: AbortSignal,
): Promise<void> {
  const session: pg.Client = await openSession({ socketDirectory, user: agentRole, database: agentDatabase })
  // The session is what keeps the server in the state of being copied: its end takes all of that back.
  const abort = () => void session.end().catch(() => {})
  signal.addEventListener('abort', abort, { once: true })
  const lanes = createLanes(clonesAtOnce)
  const give = async (path: string) => {
    if (owner) await chown(join(partial, path), owner.uid, owner.gid)
  }
  const copyOne = async (path: string, missing: 'allowed' | 'refused') => {
    await clone(join(directory, path), join(partial, path)).then(
      () => give(path),
      // A relation that is dropped meanwhile is dropped in the replay too.
      (error: unknown) => {
        if (missing === 'refused' || !isMissing(error)) throw error
      },
    )
  }
  try {
    signal.throwIfAborted()
    const online = await beginOnlineCopy(session)
    for (const entry of await entriesOf(directory)) {
      if (leftOut.test(entry.path)) continue
      signal.throwIfAborted()
      if (entry.directory) {
        await mkdir(join(partial, entry.path), { mode: 0o700 })
        await give(entry.path)
      } else await lanes.run(() => copyOne(entry.path, 'allowed'))
    }
    await lanes.finish()
    await copyOne('global/pg_control', 'refused')
    const { label, segments } = await online.end()
    for (const segment of segments) await lanes.run(() => copyOne(`pg_wal/${segment}`, 'refused'))
    await lanes.finish()
    await writeOwnedFile(join(partial, 'backup_label'), label, owner)
  } finally {
    await lanes.idle()
    signal.removeEventListener('abort', abort)
    await session.end().catch(() => {})
  }
}

/** Parents before what is in them. Links are none of PostgreSQL's but for tablespaces, which are refused before. */
async function entriesOf(root: string): Promise<{ path: string; directory: boolean }[]> {
  const entries: { path: string; directory: boolean }[] = []
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isDirectory() && !entry.isFile()) continue
    const path = join(entry.parentPath, entry.name).slice(root.length + 1)
    entries.push({ path, directory: entry.isDirectory() })
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** configuration_limit_exceeded: as many copies are under way as the server has slots for. One by stream needs none. */
function isOutOfSlots(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '53400'
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
