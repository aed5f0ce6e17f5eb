import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Lsn, parseLsn } from '../../../archive/lsn.ts'
import { corruptCopy } from '../../corrupt-copy.ts'
import { readControlFile } from './control-file.ts'

/** Where a start on a stopped data directory begins to read the log: as its label says, else its last checkpoint. */
export async function replayStart(directory: string): Promise<Lsn> {
  const label = await readFile(join(directory, 'backup_label'), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (label === null) return (await readControlFile(directory)).redo
  const start = /^START WAL LOCATION: ([0-9A-F]+\/[0-9A-F]+) /m.exec(label)?.[1]
  if (start === undefined) throw corruptCopy('its label does not say where it begins')
  return parseLsn(start)
}
