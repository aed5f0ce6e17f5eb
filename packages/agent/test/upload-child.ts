import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { createS3Store } from '../src/backups/targets/s3/s3-store.ts'
import type { S3Target } from '../src/backups/targets/s3/s3-target.ts'
import { writeBackup } from '../src/backups/write-backup.ts'

/** Backs up random bytes through a spool, for a test to kill: `upload-child.ts '{"target", "spoolDirectory", ...}'`. */
const wish: { target: S3Target; spoolDirectory: string; megabytes: number } = JSON.parse(
  process.argv[2] ?? '',
)

async function* content() {
  for (let at = 0; at < wish.megabytes; at++) yield randomBytes(1024 * 1024)
}
const server = {
  mark: async () => 'mark',
  stream: async () => ({ data: Readable.from(content()), sizeBytes: wish.megabytes * 1024 * 1024 }),
}
await writeBackup(
  async () => ({ server, version: '1', release() {} }),
  createS3Store(wish.target),
  { instanceId: 'i1', backupId: 'b1', engine: 'random' },
  {
    signal: new AbortController().signal,
    progress: () => {},
    spoolDirectory: wish.spoolDirectory,
  },
)
