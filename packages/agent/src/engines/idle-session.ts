/** The agent's own session with a server: opened when it is needed, ended when it has been idle. */
export interface IdleSession<Client> {
  /** Does work with the session, which many may share. */
  during<Result>(work: (client: Client) => Promise<Result>): Promise<Result>
  /** Ends the session; the next work opens another. */
  close(): Promise<void>
}

export interface IdleSessionOptions<Client> {
  /** `onGone` is to be called when the session has ended by itself. */
  connect(onGone: (client: Client) => void): Promise<Client>
  end(client: Client): Promise<unknown>
  readonly idleMs: number
}

export function createIdleSession<Client>(options: IdleSessionOptions<Client>): IdleSession<Client> {
  let current: Promise<Client> | undefined
  let open: Client | undefined
  let idle: NodeJS.Timeout | undefined
  let working = 0

  const forget = (client: Client) => {
    if (open !== client) return
    open = undefined
    current = undefined
  }
  const session = async (): Promise<Client> => {
    current ??= options.connect(forget).then(
      (client) => {
        open = client
        return client
      },
      (error: unknown) => {
        current = undefined
        throw error
      },
    )
    return current
  }
  const close = async () => {
    clearTimeout(idle)
    const closing = current
    current = undefined
    open = undefined
    const client = await closing?.catch(() => undefined)
    if (client !== undefined) await options.end(client).catch(() => undefined)
  }
  return {
    async during(work) {
      clearTimeout(idle)
      working++
      try {
        return await work(await session())
      } finally {
        working--
        if (working === 0) idle = setTimeout(close, options.idleMs).unref()
      }
    },
    close,
  }
}
