import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lsn } from '../../../archive/lsn.ts'
import { AgentFault } from '../../../fault.ts'

/** What `global/pg_control` says of a data directory, as far as a copy of it needs. */
export interface ControlFile {
  readonly systemId: string
  readonly stopped: boolean
  readonly timeline: number
  /** Where a start on it begins to read the log, when there is no backup_label. */
  readonly redo: Lsn
}

/** DB_SHUTDOWNED of PostgreSQL's DBState. */
const shutDown = 1

/**
 * Reads the head of `ControlFileData`, which has been the same since PostgreSQL 11, in the host's byte order: little
 * endian on all that have binaries here. Throws `AgentFault` `data-corrupt` for one of another shape.
 */
export async function readControlFile(directory: string): Promise<ControlFile> {
  const bytes = await readFile(join(directory, 'global', 'pg_control'))
  const version = bytes.length >= 56 ? bytes.readUInt32LE(8) : 0
  if (version < 1100 || version > 1900) {
    throw new AgentFault(
      'data-corrupt',
      'The data directory’s control file is not one of PostgreSQL 11 to 18.',
    )
  }
  return {
    systemId: String(bytes.readBigUInt64LE(0)),
    stopped: bytes.readUInt32LE(16) === shutDown,
    redo: bytes.readBigUInt64LE(40),
    timeline: bytes.readUInt32LE(48),
  }
}
