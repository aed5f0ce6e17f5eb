import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunAs } from '../host/run-as.ts'
import { writeOwnedFile } from '../host/write-owned-file.ts'

/**
 * Tells two data directories apart whose transaction ids run alike: one restored to an earlier state reaches
 * the ids of the later one again, with other data. All of them have the system identifier of one template.
 */
const fileName = 'croft-lineage'

export async function writeLineage(directory: string, runAs: RunAs | null): Promise<string> {
  const lineage = randomUUID()
  await writeOwnedFile(join(directory, fileName), lineage, runAs)
  return lineage
}

/** Reads a data directory's lineage, or begins one. */
export async function lineageOf(directory: string, runAs: RunAs | null): Promise<string> {
  const text = await readFile(join(directory, fileName), 'utf8').catch(() => '')
  return /^[0-9a-f-]{36}$/.test(text) ? text : writeLineage(directory, runAs)
}
