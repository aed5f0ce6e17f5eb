import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../instances/durable-file.ts'

/** The agent's own id, made once for a data directory. */
export async function agentId(directory: string): Promise<string> {
  const path = join(directory, 'agent-id')
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  if (kept.trim()) return kept.trim()
  const id = randomUUID()
  await writeDurably(path, `${id}\n`)
  return id
}
