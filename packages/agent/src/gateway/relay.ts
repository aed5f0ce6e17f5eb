import type { Socket } from 'node:net'
import { errorResponse, Fatal, SqlState } from './fatal.ts'
import { createMessageTracker } from './message-tracker.ts'

const ERROR_RESPONSE = 0x45
const READY_FOR_QUERY = 0x5a
const IDLE = 0x49
const TERMINATE = 0x58

/** How long a half-sent message may take before a session is ended without one. */
const CUT_MS = 1000

export interface RelayOptions {
  readonly client: Socket
  readonly server: Socket
  readonly lingerMs: number
  /** Every chunk from the client, after which the session counts as busy. */
  onClientBytes(count: number): void
  onServerChunk(chunk: Buffer): void
  /** Asked when a session is ended in the middle of a statement, which would otherwise run on. */
  cancelStatement(): void
}

/** Bytes of one session under way in both directions. */
export interface Relay {
  /** Settles when both sides are closed. */
  readonly closed: Promise<void>
  /** Ends the session: the client reads `fatal` after the last whole message, when that can be had soon. */
  end(fatal: Fatal): void
  /** Like `end`, once no statement runs and no transaction is open. */
  endWhenIdle(fatal: Fatal): void
}

/** Joins a client to a server. Both sockets must be open; takes them over for good. */
export function relay(options: RelayOptions): Relay {
  const { client, server } = options
  const tracker = createMessageTracker()
  /** Bytes came from the client since the server last said that it is idle. */
  let busy = true
  /** The client said Terminate, or closed: then the server's close is no news to it. */
  let leaving = false
  let endIdleWith: Fatal | undefined
  let cutWith: Fatal | undefined
  let ended = false
  let cutTimer: NodeJS.Timeout | undefined

  const closed = Promise.all([closedOf(client), closedOf(server)]).then(() => {})

  const onClientData = (chunk: Buffer) => {
    const size = chunk.length
    options.onClientBytes(size)
    busy = true
    leaving = chunk[size - 1] === 4 && chunk[size - 5] === TERMINATE
    if (!server.write(chunk)) client.pause()
  }

  const onServerData = (chunk: Buffer) => {
    options.onServerChunk(chunk)
    if (cutWith !== undefined) {
      const taken = tracker.push(chunk, true)
      const flowing = client.write(chunk.subarray(0, taken))
      if (tracker.atBoundary()) close(cutWith)
      else if (!flowing) server.pause()
      return
    }
    tracker.push(chunk)
    if (chunk[chunk.length - 1] === IDLE && tracker.lastType() === READY_FOR_QUERY && tracker.atBoundary()) {
      busy = false
    }
    if (!client.write(chunk)) server.pause()
    if (endIdleWith !== undefined && !busy) end(endIdleWith)
  }

  /** The client gets what was written so far and `fatal`, then a moment to close its side. */
  const close = (fatal: Fatal | undefined) => {
    if (ended) return
    ended = true
    clearTimeout(cutTimer)
    client.off('data', onClientData)
    server.off('data', onServerData)
    if (!server.destroyed) {
      if (busy && fatal !== undefined) options.cancelStatement()
      server.resume()
      server.destroySoon()
    }
    if (!client.destroyed) {
      if (fatal !== undefined) client.write(errorResponse(fatal))
      client.end()
      // What still comes is thrown away: closing with unread bytes resets the connection and loses the message.
      client.resume()
    }
    const linger = setTimeout(() => {
      client.destroy()
      server.destroy()
    }, options.lingerMs)
    closed.then(() => clearTimeout(linger))
  }

  const end = (fatal: Fatal) => {
    if (ended || cutWith !== undefined) return
    if (tracker.atBoundary()) {
      close(fatal)
      return
    }
    cutWith = fatal
    cutTimer = setTimeout(close, CUT_MS, undefined)
  }

  const onServerClosed = () => {
    const silent = leaving || !tracker.atBoundary() || tracker.lastType() === ERROR_RESPONSE
    close(
      silent
        ? undefined
        : (cutWith ??
            new Fatal(
              SqlState.connectionFailure,
              'the database server closed the connection unexpectedly',
              'Connect again.',
            )),
    )
  }

  client.on('data', onClientData)
  server.on('data', onServerData)
  client.on('error', () => client.destroy())
  client.on('drain', () => server.resume())
  server.on('drain', () => client.resume())
  client.on('end', () => {
    leaving = true
    server.end()
  })
  server.once('end', onServerClosed)
  server.on('error', () => server.destroy())
  client.once('close', () => {
    leaving = true
    close(undefined)
  })
  server.once('close', onServerClosed)
  if (client.destroyed || server.destroyed) close(undefined)

  return {
    closed,
    end,
    endWhenIdle(fatal) {
      endIdleWith = fatal
      if (!busy) end(fatal)
    },
  }
}

function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}
