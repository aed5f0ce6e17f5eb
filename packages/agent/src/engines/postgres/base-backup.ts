import { Readable } from 'node:stream'
import { type Lsn, parseLsn } from '../../archive/lsn.ts'
import { AgentFault } from '../../fault.ts'
import type { DataCopy } from '../engine.ts'
import { encodeFileHeader, paddingOf, trailerSize } from '../tar/tar-header.ts'
import { createArchiveEnd } from './archive-end.ts'
import { manifestLimit, manifestName } from './backup-manifest.ts'
import { openReplication, type ReplicationConnection } from './replication-connection.ts'
import { rowOf } from './replication-session.ts'

/**
 * WAL: all that a restore needs comes along, so no archive has to be waited for. SHA256: the server hashes with
 * SHA extensions and Node can check it; CRC32C, the server's default, is not in Node's zlib. The server verifies
 * page checksums as it reads, unless told not to.
 */
const options = [
  "LABEL 'croft'",
  'PROGRESS true',
  "CHECKPOINT 'fast'",
  'WAIT false',
  'WAL true',
  "MANIFEST 'yes'",
  "MANIFEST_CHECKSUMS 'SHA256'",
]
const uploadBytes = 64 * 1024

const bufferedBytes = 1024 * 1024

/**
 * Copies the data directory of a running server as one tar stream: its files, the WAL they need, and last
 * `backup_manifest`. It ends only after the server has said that all went well; otherwise it is destroyed with
 * an `AgentFault`, or with the reason of `signal`. `socketPath` is the socket's file; `user` is trusted there,
 * for replication too. `sizeBytes` is the server's estimate, without WAL. PostgreSQL 15 and later.
 *
 * With `parent`, the manifest of an earlier copy, files of relations hold only the blocks that have changed since.
 * It rejects when the server cannot tell those: before 17, without summaries of all its WAL since, on another
 * timeline.
 */
export async function streamBaseBackup(
  socketPath: string,
  user: string,
  signal: AbortSignal,
  parent?: Buffer,
): Promise<Required<Pick<DataCopy, 'data' | 'sizeBytes' | 'log'>>> {
  signal.throwIfAborted()
  const started = Promise.withResolvers<void>()
  const manifest: Buffer[] = []
  let manifestBytes = 0
  let section: 'none' | 'archive' | 'manifest' = 'none'
  let results = 0
  let tablespaces = 0
  let sizeBytes = 0
  let copied = false
  let uploading = parent !== undefined
  const positions: Lsn[] = []
  const log = Promise.withResolvers<{ start: Lsn; end: Lsn; manifest: Buffer }>()
  // Who does not ask for it learns of a failure by the data.
  log.promise.catch(() => {})
  let connection: ReplicationConnection | undefined

  const data = new Readable({
    highWaterMark: bufferedBytes,
    read: () => connection?.flow(true),
    destroy(error, done) {
      signal.removeEventListener('abort', abort)
      connection?.close()
      log.reject(error ?? new Error('the copy was not read to its end'))
      done(error)
    },
  })
  const fail = (error: unknown) => {
    const reason = error instanceof Error ? error : new Error(String(error))
    started.reject(reason)
    data.destroy(reason)
  }
  const abort = () => fail(signal.reason)
  const push = (piece: Buffer) => {
    if (!data.push(piece)) connection?.flow(false)
  }
  const archive = createArchiveEnd(push)

  const listener = {
    message(type: string, body: Buffer) {
      if (uploading) return upload(type)
      if (type === 'T') results += 1
      // The second result lists tablespaces; the first and the third are positions in the WAL.
      else if (type === 'D' && results === 2) {
        tablespaces += 1
        sizeBytes += Number(rowOf(body)[2] ?? 0) * 1024
      } else if (type === 'D') positions.push(parseLsn(rowOf(body)[0] ?? ''))
      else if (type === 'H') {
        if (tablespaces === 1) started.resolve()
        else fail(unsupported('The database uses tablespaces; it cannot be copied while it has them.'))
      } else if (type === 'c') copied = true
      else if (type === 'Z') finish()
    },
    copyMessage(kind: string) {
      if (kind === 'm') section = 'manifest'
      else if (kind === 'n' && section === 'none') section = 'archive'
      else if (kind === 'n') fail(unsupported('The database server sent more than one archive.'))
    },
    copyData(piece: Buffer) {
      if (section !== 'manifest') return archive.write(piece)
      manifestBytes += piece.length
      if (manifestBytes > manifestLimit) fail(unsupported('The database has too many files for a copy.'))
      // A copy of its own: the manifest is held to the end, and its chunk's memory should not be.
      else manifest.push(Buffer.from(piece))
    },
  }
  const upload = (type: string) => {
    if (type === 'G' && parent) {
      for (let at = 0; at < parent.length; at += uploadBytes) {
        connection?.copyData(parent.subarray(at, at + uploadBytes))
      }
      connection?.endCopy()
    } else if (type === 'Z') {
      uploading = false
      connection?.query(`BASE_BACKUP (${[...options, 'INCREMENTAL true'].join(', ')})`)
    }
  }
  const finish = () => {
    const [start, end] = positions
    if (!copied || section !== 'manifest' || start === undefined || end === undefined)
      return fail(unsupported('The database server sent no whole copy.'))
    archive.finish()
    push(encodeFileHeader(manifestName, manifestBytes))
    for (const piece of manifest) push(piece)
    push(Buffer.alloc(paddingOf(manifestBytes) + trailerSize))
    data.push(null)
    log.resolve({ start, end, manifest: Buffer.concat(manifest) })
    connection?.close()
  }

  // An error may come before the caller listens; the stream keeps it for whoever reads it then.
  data.on('error', () => {})
  signal.addEventListener('abort', abort, { once: true })
  openReplication(socketPath, user, listener, fail).then((opened) => {
    connection = opened
    if (data.destroyed) opened.close()
    else opened.query(parent ? 'UPLOAD_MANIFEST' : `BASE_BACKUP (${options.join(', ')})`)
  }, fail)
  await started.promise
  return { data, sizeBytes, log: log.promise }
}

function unsupported(text: string): AgentFault {
  return new AgentFault('source-unavailable', text)
}
