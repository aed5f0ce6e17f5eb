import { createHash } from 'node:crypto'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { formatLsn } from '../../archive/lsn.ts'
import type { InitialCopy } from '../engine.ts'
import { encodeDirectoryHeader, encodeFileHeader, paddingOf, trailerSize } from '../tar/tar-header.ts'
import { manifestName } from './backup-manifest.ts'
import { readControlFile } from './recovery/control-file.ts'
import { segmentName } from './recovery/lay-log.ts'

/** What is a server's own, as in BASE_BACKUP; WAL is chosen apart. */
const leftOut =
  /^(postmaster\.(pid|opts)|pg_(replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans|wal)\/.+)$/
const readBytes = 1024 * 1024

/**
 * A template as BASE_BACKUP would send it, without a label: it was stopped cleanly, so a replay begins at its last
 * checkpoint, where its copies' own log begins too. Read from the template's files each time, which never change.
 */
export async function openInitialCopy(template: string): Promise<InitialCopy> {
  const control = await readControlFile(template)
  if (!control.stopped) throw new Error(`${template} was not stopped cleanly`)
  const files = await filesOf(template)
  const [segmentBytes] = files.flatMap(({ path, size }) => (isSegment.test(path) ? [size] : []))
  if (segmentBytes === undefined) throw new Error(`${template} has no WAL`)
  const size = BigInt(segmentBytes)
  const checkpoint = `pg_wal/${segmentName(control.timeline, control.redo / size, size)}`
  const wanted = files.filter(({ path }) => !leftOut.test(path) || path === checkpoint)
  return {
    systemId: control.systemId,
    consistentLsn: control.redo,
    sizeBytes: wanted.reduce((sum, { size }) => sum + size, 0),
    async open() {
      const end = formatLsn(control.redo)
      const range = { Timeline: control.timeline, 'Start-LSN': end, 'End-LSN': end }
      return Readable.from(tarOf(template, wanted, range), { objectMode: false, highWaterMark: readBytes })
    },
  }
}

const isSegment = /^pg_wal\/[0-9A-F]{24}$/

interface Entry {
  readonly path: string
  readonly size: number
  readonly directory: boolean
}

/** Parents before what is in them. */
async function filesOf(root: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1)
    const { size } = entry.isDirectory() ? { size: 0 } : await lstat(join(root, path))
    entries.push({ path, size, directory: entry.isDirectory() })
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function* tarOf(root: string, entries: readonly Entry[], range: object): AsyncGenerator<Buffer> {
  const listed: object[] = []
  for (const { path, size, directory } of entries) {
    if (directory) {
      yield encodeDirectoryHeader(path)
      continue
    }
    const hash = createHash('sha256')
    yield encodeFileHeader(path, size)
    for await (const piece of contentOf(join(root, path), size)) {
      hash.update(piece)
      yield piece
    }
    yield Buffer.alloc(paddingOf(size))
    const sum = { 'Checksum-Algorithm': 'SHA256', Checksum: hash.digest('hex') }
    if (!isSegment.test(path)) listed.push({ Path: path, Size: size, ...sum })
  }
  const manifest = manifestOf(listed, range)
  yield encodeFileHeader(manifestName, manifest.length)
  yield manifest
  yield Buffer.alloc(paddingOf(manifest.length) + trailerSize)
}

async function* contentOf(path: string, size: number): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  try {
    for (let at = 0; at < size; ) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(readBytes, size - at)), 0)
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`)
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await file.close()
  }
}

/** As PostgreSQL writes it: the last line holds the checksum of all before it. */
function manifestOf(files: readonly object[], range: object): Buffer {
  const lines = [
    '{ "PostgreSQL-Backup-Manifest-Version": 1,',
    `"Files": ${JSON.stringify(files)},`,
    `"WAL-Ranges": ${JSON.stringify([range])},`,
  ]
  const head = `${lines.join('\n')}\n`
  const sum = createHash('sha256').update(head).digest('hex')
  return Buffer.from(`${head}"Manifest-Checksum": "${sum}"}\n`)
}
