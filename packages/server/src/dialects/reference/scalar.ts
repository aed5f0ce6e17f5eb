import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

export interface Asset {
  readonly plain: Buffer
  /** A third of the 4 MB. */
  readonly gzipped: Buffer
  readonly etag: string
}

let loading: Promise<Asset> | undefined

/** Scalar's viewer as one script, read and compressed when it is first asked for. */
export function loadScalar(): Promise<Asset> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

async function load(): Promise<Asset> {
  const entry = createRequire(import.meta.url).resolve('@scalar/api-reference')
  const plain = await readFile(join(dirname(entry), 'browser', 'standalone.js'))
  return {
    plain,
    gzipped: await promisify(gzip)(plain),
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
  }
}
