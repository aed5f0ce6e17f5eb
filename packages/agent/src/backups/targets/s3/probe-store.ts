import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { BackupStore } from '../target.ts'
import { unreachable } from './s3-fault.ts'

const timeoutMs = 30_000

/** Writes, reads, lists and removes a small object. Throws `AgentFault` `target-unreachable`. */
export async function probeStore(store: Pick<BackupStore, 'put' | 'get' | 'list' | 'remove'>): Promise<void> {
  const key = `croft-probe-${randomUUID()}`
  const signal = AbortSignal.timeout(timeoutMs)
  const content = Buffer.from('croft')
  try {
    await store.put(key, Readable.from([content]), signal)
    const read = await buffer(await store.get(key, signal))
    if (!read.equals(content)) throw unreachable('The bucket gives back other bytes than were written.')
    const [listed] = await store.list(key)
    if (!listed) throw unreachable('The bucket does not list what was written to it.')
  } catch (error) {
    if (!signal.aborted) throw error
    throw unreachable('The store took longer than 30 seconds for a small object; try again.')
  }
  await store.remove(key)
}
