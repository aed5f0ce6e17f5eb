import type { Redis } from 'ioredis'
import { createIdleSession } from '../idle-session.ts'
import { agentUser } from './access.ts'

/** The agent's own session with a server. */
export interface Management {
  /** Sends one command and gives its answer, strings as they are. Throws what the server answers instead. */
  command(name: string, ...args: readonly string[]): Promise<unknown>
  /** Sections of INFO, each line by its name. */
  info(...sections: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Commands that this session and those before it have sent, logins too. */
  sent(): number
  /** Ends the session; the next command opens another. */
  close(): Promise<void>
}

export interface Session {
  readonly socket: string
  readonly password: string
}

const idleMs = 3000
/** A tenant's script may keep a server from answering for so long, and longer ones are told as busy. */
const patienceMs = 60_000

/** Opens sessions as they are needed: one at a time, closed when it has been idle. */
export function openManagement({ socket, password }: Session): Management {
  let sent = 0
  const { during, close } = createIdleSession<Redis>({
    idleMs,
    async connect(onGone) {
      // Agents whose hosts have no Redis need not load its client.
      const { Redis } = await import('ioredis')
      const client = new Redis({
        path: socket,
        username: agentUser,
        password,
        lazyConnect: true,
        connectTimeout: 10_000,
        commandTimeout: patienceMs,
        enableReadyCheck: false,
        disableClientInfo: true,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        retryStrategy: null,
      })
      // An error of an idle session is nobody's: its next command fails.
      client.on('error', () => {})
      client.on('end', () => onGone(client))
      sent += 1
      await client.connect()
      return client
    },
    async end(client) {
      client.disconnect()
    },
  })
  const command: Management['command'] = (name, ...args) =>
    during((client) => {
      sent += 1
      return client.call(name, ...args)
    })
  return {
    command,
    async info(...sections) {
      return parseInfo(String(await command('INFO', ...sections)))
    },
    sent: () => sent,
    close,
  }
}

/** Lines as `name:value`. */
export function parseInfo(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split('\r\n')) {
    const at = line.indexOf(':')
    if (at > 0 && !line.startsWith('#')) found.set(line.slice(0, at), line.slice(at + 1))
  }
  return found
}
