import type { Socket } from 'node:net'
import type { Framing } from './protocol.ts'
import { Refusal } from './refusal.ts'

/** How long a half-sent message may take before a session is ended without one. */
const CUT_MS = 1000

export interface RelayOptions {
  readonly client: Socket
  readonly server: Socket
  readonly framing: Framing
  readonly lingerMs: number
  onClientBytes(count: number): void
  onServerBytes(count: number): void
}

/** Bytes of one session under way in both directions. */
export interface Relay {
  /** Settles when both sides are closed. */
  readonly closed: Promise<void>
  /** Ends the session: the client reads why after the last whole message, when that can be had soon. */
  end(refusal: Refusal): void
  /** Like `end`, once no statement runs and no transaction is open. */
  endWhenIdle(refusal: Refusal): void
}

/** Joins a client to a server. Both sockets must be open and paused; takes them over for good. */
export function relay(options: RelayOptions): Relay {
  const { client, server, framing } = options
  /** The client closed: then the server's close is no news to it. */
  let gone = false
  let endIdleWith: Refusal | undefined
  let cutWith: Refusal | undefined
  let ended = false
  let cutTimer: NodeJS.Timeout | undefined

  const closed = Promise.all([closedOf(client), closedOf(server)]).then(() => {})

  const onClientData = (chunk: Buffer) => {
    options.onClientBytes(chunk.length)
    framing.fromClient(chunk)
    if (!server.write(chunk)) client.pause()
  }

  const onServerData = (chunk: Buffer) => {
    options.onServerBytes(chunk.length)
    if (cutWith !== undefined) {
      const taken = framing.fromServer(chunk, true)
      const flowing = client.write(chunk.subarray(0, taken))
      if (framing.atBoundary()) close(cutWith)
      else if (!flowing) server.pause()
      return
    }
    framing.fromServer(chunk, false)
    if (!client.write(chunk)) server.pause()
    if (endIdleWith !== undefined && !framing.busy()) end(endIdleWith)
  }

  /** The client gets what was written so far and the refusal, then a moment to close its side. */
  const close = (refusal: Refusal | undefined) => {
    if (ended) return
    ended = true
    clearTimeout(cutTimer)
    client.off('data', onClientData)
    server.off('data', onServerData)
    if (!server.destroyed) {
      if (refusal !== undefined && framing.busy()) framing.cancel?.()
      server.resume()
      server.destroySoon()
    }
    if (!client.destroyed) {
      if (refusal !== undefined) client.write(framing.say(refusal))
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

  const end = (refusal: Refusal) => {
    if (ended || cutWith !== undefined) return
    if (framing.atBoundary()) {
      close(refusal)
      return
    }
    cutWith = refusal
    cutTimer = setTimeout(close, CUT_MS, undefined)
  }

  const onServerClosed = () => {
    const silent = gone || framing.leaving() || !framing.atBoundary()
    close(silent ? undefined : (cutWith ?? serverLost()))
  }

  client.on('data', onClientData)
  server.on('data', onServerData)
  client.on('error', () => client.destroy())
  client.on('drain', () => server.resume())
  server.on('drain', () => client.resume())
  client.on('end', () => {
    gone = true
    server.end()
  })
  server.once('end', onServerClosed)
  server.on('error', () => server.destroy())
  client.once('close', () => {
    gone = true
    close(undefined)
  })
  server.once('close', onServerClosed)
  if (client.destroyed || server.destroyed) close(undefined)
  client.resume()
  server.resume()

  return {
    closed,
    end,
    endWhenIdle(refusal) {
      endIdleWith = refusal
      if (!framing.busy()) end(refusal)
    },
  }
}

/** The server went away without a word of its own. */
export function serverLost(): Refusal {
  return new Refusal(
    'server-lost',
    'the database server closed the connection unexpectedly',
    'Connect again.',
  )
}

function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}
