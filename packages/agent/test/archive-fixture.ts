import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { constants, zstdCompressSync } from 'node:zlib'
import pg from 'pg'
import type { ChainManifest } from '../src/archive/chain.ts'
import { formatLsn, type Lsn, parseLsn } from '../src/archive/lsn.ts'
import { chainKey, chainManifestName, logKey, type Piece, pieceName } from '../src/archive/piece-key.ts'
import { sealBytes } from '../src/backups/sealing/seal.ts'
import type { BackupStore } from '../src/backups/targets/target.ts'
import type { Server } from '../src/engines/engine.ts'
import { agentDatabase, agentRole } from '../src/engines/postgres/access.ts'
import { readControlFile } from '../src/engines/postgres/recovery/control-file.ts'
import { segmentName } from '../src/engines/postgres/recovery/lay-log.ts'

export const segmentBytes = 16 * 1024 * 1024
const signal = new AbortController().signal

/** A session of the agent's own role, which may do everything. */
export async function asAgent(server: Server, database = agentDatabase): Promise<pg.Client> {
  if (!('path' in server.endpoint)) throw new Error('PostgreSQL servers listen on a socket')
  const host = dirname(server.endpoint.path)
  const client = new pg.Client({ host, port: 5432, user: agentRole, database })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** An archive made by hand from the segments of a running server, so that reading it is tested alone. */
export interface HandmadeArchive {
  readonly pieces: Piece[]
  /** Stores what was written since the last cut as one piece of some frames. */
  cut(): Promise<Piece>
}

export interface HandmadeOptions {
  readonly server: Server
  readonly directory: string
  readonly store: BackupStore
  readonly instanceId: string
  readonly chain: string
  readonly key: Buffer | null
}

export async function beginArchive(options: HandmadeOptions): Promise<HandmadeArchive> {
  const { server, directory, store, instanceId, chain, key } = options
  const client = await asAgent(server)
  await client.query("select pg_create_physical_replication_slot('kept', true)")
  const { rows } = await client.query<{ lsn: string }>(
    "select restart_lsn::text as lsn from pg_replication_slots where slot_name = 'kept'",
  )
  await client.end()
  let at = parseLsn(rows[0]?.lsn ?? '')
  const { timeline, systemId } = await readControlFile(directory)
  const manifest: ChainManifest = {
    ...{ format: 1, instanceId, chain, epoch: 1, engine: 'postgres', version: '18', timeline, segmentBytes },
    ...{ systemId, startLsn: formatLsn(at), startedAt: new Date().toISOString(), baseKey: null },
    encrypted: key !== null,
  }
  await put(
    store,
    `${chainKey(instanceId, chain)}/${chainManifestName}`,
    Buffer.from(JSON.stringify(manifest)),
  )
  const pieces: Piece[] = []
  return {
    pieces,
    async cut() {
      const session = await asAgent(server)
      const asked = await session.query<{ lsn: string; now: string }>(
        `select pg_current_wal_flush_lsn()::text as lsn,
                (extract(epoch from clock_timestamp()) * 1000)::bigint::text as now`,
      )
      await session.end()
      const piece = {
        start: at,
        end: parseLsn(asked.rows[0]?.lsn ?? ''),
        coversUntil: Number(asked.rows[0]?.now),
      }
      if (piece.end === at) throw new Error('nothing was written since the last cut')
      const data = await readLog(directory, timeline, piece.start, piece.end)
      await putPiece(store, instanceId, chain, piece, data, key)
      pieces.push(piece)
      at = piece.end
      return piece
    },
  }
}

/** Stores a piece as frames of 100,000 bytes. */
export async function putPiece(
  store: BackupStore,
  instanceId: string,
  chain: string,
  piece: Piece,
  data: Buffer,
  key: Buffer | null,
): Promise<void> {
  const frames: Buffer[] = []
  for (let from = 0; from < data.length; from += 100_000) {
    const params = { [constants.ZSTD_c_checksumFlag]: 1 }
    frames.push(zstdCompressSync(data.subarray(from, from + 100_000), { params }))
  }
  const packed = Buffer.concat(frames)
  await put(store, `${logKey(instanceId, chain)}/${pieceName(piece)}`, key ? sealBytes(key, packed) : packed)
}

async function put(store: BackupStore, key: string, content: Buffer): Promise<void> {
  await store.put(key, Readable.from([content]), signal)
}

async function readLog(directory: string, timeline: number, from: Lsn, to: Lsn): Promise<Buffer> {
  const size = BigInt(segmentBytes)
  const parts: Buffer[] = []
  for (let at = from; at < to; ) {
    const end = at / size + 1n
    const until = end * size < to ? end * size : to
    const file = await open(join(directory, 'pg_wal', segmentName(timeline, at / size, size)), 'r')
    const part = Buffer.alloc(Number(until - at))
    await file.read(part, 0, part.length, Number(at % size))
    await file.close()
    parts.push(part)
    at = until
  }
  return Buffer.concat(parts)
}
