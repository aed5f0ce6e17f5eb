import { connect } from 'node:net'
import { AgentFault } from '../../fault.ts'
import { faultOfServer } from './replication-error.ts'
import { createMessageReader, type ReplicationListener } from './replication-messages.ts'

/** A connection in replication mode, on which one command at a time may be sent. */
export interface ReplicationConnection {
  query(command: string): void
  /** Sends one message of data, while the server copies in. */
  copyData(body: Buffer): void
  /** Says that this was all of it. */
  endCopy(): void
  /** Whether the server may send: false leaves the rest in the socket, so that the server waits. */
  flow(open: boolean): void
  /** After a read that found little, the next waits so long from now on, in ms: many small ones are then one. */
  pace(ms: number): void
  /** Says goodbye when all is well; otherwise the server sees a lost connection and cleans up. */
  close(): void
}

/** How a connection differs from that of a copy. */
export interface ReplicationOptions {
  readonly applicationName?: string
  /** Settings of the server for this connection. */
  readonly settings?: Readonly<Record<string, string>>
  /** Memory that is read into at one time. A connection that is mostly idle has no use for much. */
  readonly slabBytes?: number
  /** A server that is silent for so long, in ms, is given up; 0 waits for ever. */
  readonly silenceMs?: number
  readonly faultOf?: (errorResponse: Buffer) => AgentFault
}

const loginTimeoutMs = 10_000
/** A checkpoint comes before the first byte and may take long; between bytes a disk may be slow. */
const silenceTimeoutMs = 5 * 60_000
/** One read takes what the server’s socket buffer holds, 208 kB at most by default. Larger slabs were not faster. */
const usualSlab = 256 * 1024
/** A read of less shows that the server has nothing more for now. */
const littleBytes = 16 * 1024

/**
 * Logs in over a unix socket that trusts `user`, and resolves when the server is ready for a command.
 * `failed` is called at most once after that, for an error of the server, a lost or a silent connection.
 */
export function openReplication(
  socketPath: string,
  user: string,
  listener: ReplicationListener,
  failed: (fault: AgentFault) => void,
  options: ReplicationOptions = {},
): Promise<ReplicationConnection> {
  const { slabBytes = usualSlab, silenceMs = silenceTimeoutMs, faultOf = faultOfServer } = options
  return new Promise((resolve, reject) => {
    let ready = false
    let closed = false
    let open = true
    let pauseMs = 0
    let pause: NodeJS.Timeout | undefined
    const stop = (fault: AgentFault) => {
      if (closed) return
      closed = true
      clearTimeout(loginTimer)
      clearTimeout(pause)
      socket.destroy()
      if (ready) failed(fault)
      else reject(fault)
    }
    const loginTimer = setTimeout(
      () => stop(unavailable('The database server did not answer in time.')),
      loginTimeoutMs,
    )
    const connection: ReplicationConnection = {
      query: (command) => void socket.write(message('Q', Buffer.from(`${command}\0`))),
      copyData: (body) => void socket.write(message('d', body)),
      endCopy: () => void socket.write(message('c', Buffer.alloc(0))),
      flow(wanted) {
        open = wanted
        // A server that is kept waiting is silent by our own wish.
        socket.setTimeout(wanted ? silenceMs : 0)
        if (wanted && !closed && !pause) socket.resume()
      },
      pace(ms) {
        pauseMs = ms
        if (pause && ms === 0) goOn()
      },
      close() {
        if (closed) return
        closed = true
        clearTimeout(loginTimer)
        clearTimeout(pause)
        socket.end(message('X', Buffer.alloc(0)))
        socket.destroySoon()
      },
    }
    const read = createMessageReader({
      ...listener,
      message(type, body) {
        if (type === 'E') return stop(faultOf(body))
        if (ready) return listener.message(type, body)
        if (type === 'R' && body.readUInt32BE(0) !== 0) {
          return stop(unavailable('The database server asks this agent for a password.'))
        }
        if (type !== 'Z') return
        ready = true
        clearTimeout(loginTimer)
        resolve(connection)
      },
    })

    let slab = Buffer.allocUnsafeSlow(slabBytes)
    let used = 0
    const socket = connect({
      path: socketPath,
      onread: {
        buffer() {
          if (slabBytes - used < slabBytes / 4) {
            slab = Buffer.allocUnsafeSlow(slabBytes)
            used = 0
          }
          return slab.subarray(used)
        },
        callback(bytes) {
          const chunk = slab.subarray(used, used + bytes)
          used += bytes
          try {
            if (!closed) read(chunk)
          } catch (cause) {
            stop(unavailable('The database server sent something unexpected.', cause))
          }
          if (pauseMs > 0 && bytes < littleBytes && !closed) {
            pause = setTimeout(goOn, pauseMs)
            return false
          }
          return open && !closed
        },
      },
    })
    const goOn = () => {
      clearTimeout(pause)
      pause = undefined
      if (open && !closed) socket.resume()
    }
    socket.setTimeout(silenceMs, () =>
      stop(unavailable('The database server stopped sending for five minutes.')),
    )
    socket.on('connect', () => socket.write(startupPacket(user, options)))
    socket.on('error', (cause) => stop(unavailable('The database server cannot be reached.', cause)))
    socket.on('close', () => stop(unavailable('The database server closed the connection; try again.')))
  })
}

function unavailable(text: string, cause?: unknown): AgentFault {
  return new AgentFault('source-unavailable', text, { cause })
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** Protocol 3.0. `replication=true` is physical replication, which belongs to no database. */
function startupPacket(
  user: string,
  { applicationName = 'croft copy', settings = {} }: ReplicationOptions,
): Buffer {
  const fields = ['user', user, 'replication', 'true', 'application_name', applicationName]
  // Between two commands a copy may take its time, whatever the database’s own sessions are given.
  for (const [name, value] of Object.entries({ idle_session_timeout: '0', ...settings }))
    fields.push(name, value)
  const body = Buffer.from(`${fields.join('\0')}\0\0`)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.writeUInt32BE(3 << 16, 4)
  return Buffer.concat([head, body])
}
