import { agentUser } from './access.ts'
import { readManifest } from './data-directory.ts'
import type { Management } from './management.ts'

/** Sessions of clients. One that waits for data, listens to channels or has a transaction open is busy. */
export async function readActivity(management: Management): Promise<{ sessions: number; busy: number }> {
  const lines = String(await management.command('CLIENT', 'LIST')).split('\n')
  const clients = lines
    .map(parseClient)
    .filter((client) => client.has('id') && client.get('user') !== agentUser)
  return { sessions: clients.length, busy: clients.filter(isBusy).length }
}

/** A line of `CLIENT LIST`: words as `name=value`. */
function parseClient(line: string): ReadonlyMap<string, string> {
  return new Map(
    line.split(' ').map((word) => {
      const at = word.indexOf('=')
      return [word.slice(0, at), word.slice(at + 1)] as const
    }),
  )
}

function isBusy(client: ReadonlyMap<string, string>): boolean {
  // b waits for a key, x is in a transaction, P listens to channels.
  return /[bxP]/.test(client.get('flags') ?? '')
}

/**
 * Where the server's changes end: the list of its files, and their size with what is on its way there. All that writes
 * makes them longer, and nothing else does.
 */
export async function readWritten(management: Management, directory: string): Promise<string> {
  for (;;) {
    const before = await readManifest(directory)
    const info = await management.info('persistence')
    // A rewrite has just ended: the size is that of other files.
    if ((await readManifest(directory)) !== before) continue
    const size = Number(info.get('aof_current_size')) + Number(info.get('aof_buffer_length'))
    const files = [...(before ?? '').matchAll(/ seq (\d+) type ([bi])$/gm)].map(
      ([, seq, type]) => `${type}${seq}`,
    )
    return `${files.join('.')}:${size}`
  }
}

/**
 * What the data takes in memory, where its limit is too; and the commands of all clients since the start. Both at
 * the same moment. The answer that tells the count is not in it.
 */
export async function readUsage(management: Management): Promise<{ sizeBytes: number; statements: number }> {
  const own = management.sent()
  const info = await management.info('memory', 'stats')
  const all = Number(info.get('total_commands_processed'))
  return { sizeBytes: Number(info.get('used_memory_dataset')), statements: Math.max(0, all - own) }
}
