import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { clientConfig } from '../db/connect.ts'
import { CHANNELS, type Channel, channelOf, notifyName } from './channel.ts'

const PROBE_EVERY_MS = 15_000
const PROBE_TIMEOUT_MS = 5_000
const FIRST_DELAY_MS = 50
const LONGEST_DELAY_MS = 5_000

export interface ListenOptions {
  readonly url: string
  readonly log: Pick<Logger, 'warn'>
  onSignal(channel: Channel, payload: string): void
  /** After every connect, the first too. */
  onConnect(): void
}

export interface Listener {
  connected(): boolean
  close(): Promise<void>
}

/** Keeps one connection listening on every channel, and connects again with back-off when it breaks. */
export function listen({ url, log, onSignal, onConnect }: ListenOptions): Listener {
  const closing = new AbortController()
  let up = false

  async function listenOnce(): Promise<void> {
    const client = new pg.Client({
      ...clientConfig(url, 'croft signals'),
      query_timeout: PROBE_TIMEOUT_MS,
    })
    const broken = new AbortController()
    client.on('error', () => broken.abort())
    client.on('end', () => broken.abort())
    client.on('notification', ({ channel, payload }) => {
      const known = channelOf(channel)
      if (known) onSignal(known, payload ?? '')
    })
    try {
      await client.connect()
      await client.query(CHANNELS.map((channel) => `listen ${notifyName(channel)}`).join('; '))
      up = true
      onConnect()
      const ends = AbortSignal.any([closing.signal, broken.signal])
      // A peer that vanished without a word is only noticed by asking.
      while (!ends.aborted) {
        await sleep(PROBE_EVERY_MS, undefined, { signal: ends }).catch(() => undefined)
        if (!ends.aborted) await client.query('select 1')
      }
    } finally {
      up = false
      await Promise.race([client.end().catch(() => undefined), sleep(1_000, undefined, { ref: false })])
    }
  }

  async function keepListening(): Promise<void> {
    let delay = FIRST_DELAY_MS
    while (!closing.signal.aborted) {
      const began = Date.now()
      try {
        await listenOnce()
        if (closing.signal.aborted) return
        log.warn('the connection for signals broke; connecting again')
      } catch (error) {
        if (closing.signal.aborted) return
        log.warn({ err: error }, 'the connection for signals failed; trying again')
      }
      if (Date.now() - began > LONGEST_DELAY_MS) delay = FIRST_DELAY_MS
      // Jitter, so that all processes do not come back to a restarted PostgreSQL in one moment.
      await sleep(delay * (0.5 + Math.random() / 2), undefined, { signal: closing.signal }).catch(
        () => undefined,
      )
      delay = Math.min(delay * 2, LONGEST_DELAY_MS)
    }
  }
  const done = keepListening()

  return {
    connected: () => up,
    async close() {
      closing.abort()
      await done
    },
  }
}
