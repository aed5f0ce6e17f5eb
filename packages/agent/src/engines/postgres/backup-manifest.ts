import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { corruptCopy } from '../corrupt-copy.ts'

export const manifestName = 'backup_manifest'
/** A file takes about 150 bytes in a manifest; a manifest is held in memory. */
export const manifestLimit = 64 * 1024 * 1024

export interface FileSeal {
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
}

const Manifest = Type.Object({
  // 1 is PostgreSQL 13 to 16; 2, from 17, adds the system identifier.
  'PostgreSQL-Backup-Manifest-Version': Type.Union([Type.Literal(1), Type.Literal(2)]),
  Files: Type.Array(
    Type.Object({
      Path: Type.String(),
      Size: Type.Integer({ minimum: 0 }),
      'Checksum-Algorithm': Type.Literal('SHA256'),
      Checksum: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
  'WAL-Ranges': Type.Array(
    Type.Object({
      Timeline: Type.Integer({ minimum: 1 }),
      'Start-LSN': Type.String({ pattern: '^[0-9A-F]{1,8}/[0-9A-F]{1,8}$' }),
      'End-LSN': Type.String({ pattern: '^[0-9A-F]{1,8}/[0-9A-F]{1,8}$' }),
    }),
    { minItems: 1 },
  ),
  'Manifest-Checksum': Type.String({ pattern: '^[0-9a-f]{64}$' }),
})
export type Manifest = Static<typeof Manifest>
const check = Compile(Manifest)

/** Parses a manifest and checks its own checksum. Throws `AgentFault` `backup-corrupt`. */
export function parseManifest(bytes: Buffer): Manifest {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw corruptCopy('its manifest is not JSON', cause)
  }
  if (!check.Check(value)) throw corruptCopy('its manifest is not one of PostgreSQL')
  // The last line holds the checksum of all lines before it.
  const lastLine = bytes.lastIndexOf('"Manifest-Checksum"')
  const sum = createHash('sha256').update(bytes.subarray(0, lastLine)).digest('hex')
  if (sum !== value['Manifest-Checksum']) throw corruptCopy('its manifest has a wrong checksum')
  return value
}

/**
 * Checks that what was written is what the manifest lists, no file more and none less, and that the WAL to reach
 * a consistent state is there (a manifest gives ranges for it, no checksums; its records have their own).
 * Throws `AgentFault` `backup-corrupt`.
 */
export function verifyFiles(manifest: Manifest, written: ReadonlyMap<string, FileSeal>): void {
  const listed = new Set<string>()
  for (const file of manifest.Files) {
    listed.add(file.Path)
    const seal = written.get(file.Path)
    if (!seal) throw corruptCopy(`${file.Path} is missing`)
    if (seal.size !== file.Size) throw corruptCopy(`${file.Path} has a wrong size`)
    if (seal.sha256 !== file.Checksum) throw corruptCopy(`${file.Path} has a wrong checksum`)
  }
  const segments = new Map<string, number>()
  for (const [path, seal] of written) {
    if (listed.has(path)) continue
    const segment = /^pg_wal\/([0-9A-F]{24})$/.exec(path)?.[1]
    if (!segment) throw corruptCopy(`${path} does not belong to it`)
    segments.set(segment, seal.size)
  }
  const [segmentSize] = segments.values()
  if (segmentSize === undefined) throw corruptCopy('it has no WAL')
  if ([...segments.values()].some((size) => size !== segmentSize) || !isSegmentSize(segmentSize)) {
    throw corruptCopy('its WAL has a wrong size')
  }
  for (const range of manifest['WAL-Ranges']) {
    for (const segment of segmentsOf(range, segmentSize)) {
      if (!segments.has(segment)) throw corruptCopy(`the WAL segment ${segment} is missing`)
    }
  }
}

/** PostgreSQL takes a power of two from 1 MB to 1 GB. */
function isSegmentSize(size: number): boolean {
  return Number.isInteger(Math.log2(size)) && size >= 2 ** 20 && size <= 2 ** 30
}

function* segmentsOf(range: Manifest['WAL-Ranges'][number], segmentSize: number): Iterable<string> {
  const size = BigInt(segmentSize)
  const perFile = 0x1_0000_0000n / size
  const end = lsn(range['End-LSN'])
  // The end is the first byte that is not needed.
  for (let segment = lsn(range['Start-LSN']) / size; segment * size < end; segment++) {
    yield hex8(BigInt(range.Timeline)) + hex8(segment / perFile) + hex8(segment % perFile)
  }
}

function lsn(text: string): bigint {
  const [high = '', low = ''] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

function hex8(value: bigint): string {
  return value.toString(16).toUpperCase().padStart(8, '0')
}
