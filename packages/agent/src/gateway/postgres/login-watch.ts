import { cancelKeyOf } from './startup-packet.ts'

export interface LoginHandlers {
  /** BackendKeyData came: what a CancelRequest for this session will carry. */
  onKey(key: string): void
  /** The first ReadyForQuery came: the login has succeeded. */
  onReady(): void
  /** The server said no: a wrong password, an unknown database, too many connections. */
  onError(): void
}

/** pid and the longest key of protocol 3.2. Also bounds what is kept of a message that is not what it should be. */
const MAX_KEY_DATA = 4 + 256

const BACKEND_KEY_DATA = 0x4b
const READY_FOR_QUERY = 0x5a
const ERROR_RESPONSE = 0x45

/** Reads a server's messages up to its first ReadyForQuery; push nothing after `onReady`. */
export function createLoginWatch(handlers: LoginHandlers): (chunk: Buffer) => void {
  const header = Buffer.alloc(5)
  let headerBytes = 0
  let bodyLeft = 0
  let body: Buffer[] = []

  const endOfMessage = (): boolean => {
    const type = header[0]
    if (type === BACKEND_KEY_DATA) handlers.onKey(cancelKeyOf(Buffer.concat(body)))
    if (type === ERROR_RESPONSE) handlers.onError()
    body = []
    headerBytes = 0
    if (type === READY_FOR_QUERY) handlers.onReady()
    return type === READY_FOR_QUERY
  }

  return (chunk) => {
    let at = 0
    while (at < chunk.length) {
      if (headerBytes < header.length) {
        header[headerBytes] = chunk[at] ?? 0
        headerBytes += 1
        at += 1
        if (headerBytes < header.length) continue
        bodyLeft = Math.max(0, header.readInt32BE(1) - 4)
      } else {
        const taken = Math.min(bodyLeft, chunk.length - at)
        if (header[0] === BACKEND_KEY_DATA && header.readInt32BE(1) - 4 <= MAX_KEY_DATA) {
          body.push(chunk.subarray(at, at + taken))
        }
        bodyLeft -= taken
        at += taken
      }
      if (bodyLeft === 0 && endOfMessage()) return
    }
  }
}
