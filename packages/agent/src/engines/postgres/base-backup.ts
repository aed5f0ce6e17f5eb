import { Readable } from 'node:stream'
import { AgentFault } from '../../fault.ts'
import { createArchiveEnd } from './archive-end.ts'
import { manifestLimit, manifestName } from './backup-manifest.ts'
import { openReplication, type ReplicationConnection } from './replication-connection.ts'
import { encodeFileHeader, paddingOf, trailerSize } from './tar-header.ts'

/**
 * WAL: all that a restore needs comes along, so no archive has to be waited for. SHA256: the server hashes with
 * SHA extensions and Node can check it; CRC32C, the server's default, is not in Node's zlib. The server verifies
 * page checksums as it reads, unless told not to.
 */
const command = [
  "BASE_BACKUP (LABEL 'croft'",
  'PROGRESS true',
  "CHECKPOINT 'fast'",
  'WAIT false',
  'WAL true',
  "MANIFEST 'yes'",
  "MANIFEST_CHECKSUMS 'SHA256')",
].join(', ')

const bufferedBytes = 1024 * 1024

/**
 * Copies the data directory of a running server as one tar stream: its files, the WAL they need, and last
 * `backup_manifest`. It ends only after the server has said that all went well; otherwise it is destroyed with
 * an `AgentFault`, or with the reason of `signal`. `socketPath` is the socket's file; `user` is trusted there,
 * for replication too. `sizeBytes` is the server's estimate, without WAL. PostgreSQL 15 and later.
 */
export async function streamBaseBackup(
  socketPath: string,
  user: string,
  signal: AbortSignal,
): Promise<{ data: Readable; sizeBytes: number }> {
  signal.throwIfAborted()
  const started = Promise.withResolvers<void>()
  const manifest: Buffer[] = []
  let manifestBytes = 0
  let section: 'none' | 'archive' | 'manifest' = 'none'
  let results = 0
  let tablespaces = 0
  let sizeBytes = 0
  let copied = false
  let connection: ReplicationConnection | undefined

  const data = new Readable({
    highWaterMark: bufferedBytes,
    read: () => connection?.flow(true),
    destroy(error, done) {
      signal.removeEventListener('abort', abort)
      connection?.close()
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
      if (type === 'T') results += 1
      // The second result lists tablespaces; the first and the third are positions in the WAL.
      else if (type === 'D' && results === 2) {
        tablespaces += 1
        sizeBytes += tablespaceBytes(body)
      } else if (type === 'H') {
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
  const finish = () => {
    if (!copied || section !== 'manifest') return fail(unsupported('The database server sent no whole copy.'))
    archive.finish()
    push(encodeFileHeader(manifestName, manifestBytes))
    for (const piece of manifest) push(piece)
    push(Buffer.alloc(paddingOf(manifestBytes) + trailerSize))
    data.push(null)
    connection?.close()
  }

  // An error may come before the caller listens; the stream keeps it for whoever reads it then.
  data.on('error', () => {})
  signal.addEventListener('abort', abort, { once: true })
  openReplication(socketPath, user, listener, fail).then((opened) => {
    connection = opened
    if (data.destroyed) opened.close()
    else opened.query(command)
  }, fail)
  await started.promise
  return { data, sizeBytes }
}

function unsupported(text: string): AgentFault {
  return new AgentFault('source-unavailable', text)
}

/** A row of (oid, location, size in kB), as text; a length of -1 is null. */
function tablespaceBytes(row: Buffer): number {
  let at = 2
  let value = ''
  for (let column = 0; column < 3; column++) {
    const length = row.readInt32BE(at)
    at += 4
    value = length < 0 ? '' : row.toString('latin1', at, at + length)
    at += Math.max(length, 0)
  }
  return Number(value) * 1024
}
