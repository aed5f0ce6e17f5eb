import { createServer, type Socket } from 'node:net'

export interface Listener {
  readonly port: number
  close(): void
}

/** Listens for clients; 0 picks a free port. Rejects when it cannot; `onError` gets what fails later. */
export function listen(
  where: { readonly host: string; readonly port: number },
  onConnection: (socket: Socket) => void,
  onError: (error: Error) => void,
): Promise<Listener> {
  const server = createServer(
    { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
    onConnection,
  )
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...where, backlog: 1024 }, () => {
      server.off('error', reject)
      server.on('error', onError)
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : where.port,
        close: () => server.close(),
      })
    })
  })
}
