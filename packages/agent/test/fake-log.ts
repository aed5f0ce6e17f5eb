import assert from 'node:assert/strict'
import type { Lsn } from '../src/archive/lsn.ts'
import type { LogChange, LogStream, Server } from '../src/engines/engine.ts'
import { createChangeQueue } from '../src/engines/postgres/change-queue.ts'
import { AgentFault } from '../src/fault.ts'

/** A server's log that outlives its server, with a slot that keeps what is not confirmed. */
export interface FakeLog {
  /** Position of the first byte, and all bytes since. */
  readonly origin: Lsn
  bytes: Buffer
  /** Everything before it is forgotten. */
  confirmed: Lsn
  /** Called with each position that is confirmed. */
  onConfirm: (lsn: Lsn) => void
  append(bytes: number): void
  /** A server on this log. */
  serve(): FakeLogServer
}

export interface FakeLogServer extends Pick<Server, 'logPosition' | 'followLog' | 'forgetLog' | 'exited'> {
  /** Breaks its stream; the next one can be opened. */
  breakStream(): void
  /** Stops in order: a last record, then it waits until all is confirmed or its stream is closed. */
  stop(): Promise<void>
  crash(): void
}

const MESSAGE = 1000

export function createFakeLog(): FakeLog {
  const origin = 0x1000028n
  const servers = new Set<() => void>()
  const log: FakeLog = {
    origin,
    bytes: Buffer.alloc(0),
    confirmed: origin,
    onConfirm: () => {},
    append(bytes) {
      const more = Buffer.alloc(bytes)
      for (let at = 0; at < bytes; at++) more[at] = (log.bytes.length + at) % 251
      log.bytes = Buffer.concat([log.bytes, more])
      for (const send of servers) send()
    },
    serve,
  }
  const end = () => origin + BigInt(log.bytes.length)

  function serve(): FakeLogServer {
    let alive = true
    let stream: { queue: ReturnType<typeof createChangeQueue>; sent: Lsn; closed: boolean } | undefined
    let looked = () => {}
    const send = () => {
      const mine = stream
      while (mine && !mine.closed && alive && mine.sent < end()) {
        const at = Number(mine.sent - origin)
        const data = log.bytes.subarray(at, at + MESSAGE)
        const change: LogChange = { start: mine.sent, data, serverEnd: end(), sentAt: Date.now() }
        mine.sent += BigInt(data.length)
        mine.queue.push(change)
      }
    }
    servers.add(send)
    const crashed = () => new AgentFault('server-crashed', 'The fake has ended.')
    const over = () => {
      alive = false
      servers.delete(send)
    }
    return {
      exited: new Promise(() => {}),
      async logPosition() {
        if (!alive) throw crashed()
        return { systemId: '7', timeline: 1, segmentBytes: 16 * 1024 * 1024, end: end() }
      },
      async followLog(from): Promise<LogStream> {
        if (!alive) throw crashed()
        const start = from ?? log.confirmed
        if (start < log.confirmed) throw new AgentFault('archive-broken', 'The fake has dropped it.')
        const mine = { queue: createChangeQueue(() => {}), sent: start, closed: false }
        stream = mine
        send()
        return {
          start,
          changes: mine.queue.changes,
          confirm(lsn) {
            assert.ok(lsn <= mine.sent, 'what was never sent is confirmed')
            log.onConfirm(lsn)
            if (lsn > log.confirmed) log.confirmed = lsn
            looked()
          },
          close() {
            mine.closed = true
            mine.queue.end()
            looked()
          },
        }
      },
      async forgetLog() {},
      breakStream() {
        const mine = stream
        if (!mine || mine.closed) return
        mine.closed = true
        mine.queue.fail(new AgentFault('source-unavailable', 'The fake’s stream is broken.'))
      },
      async stop() {
        log.append(40)
        const mine = stream
        while (mine && !mine.closed && log.confirmed < end()) {
          await new Promise<void>((resolve) => {
            looked = resolve
          })
        }
        mine?.queue.end()
        over()
      },
      crash() {
        over()
        stream?.queue.fail(crashed())
      },
    }
  }
  return log
}
