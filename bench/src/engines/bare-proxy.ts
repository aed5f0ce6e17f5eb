// The peer of a gateway: a proxy in Node that knows nothing of what it copies. Argument: the socket that it leads to;
// prints the port that it listens on.
import { connect, createServer } from 'node:net'

const [path = ''] = process.argv.slice(2)
const proxy = createServer({ noDelay: true }, (client) => {
  const server = connect(path)
  client.on('data', (chunk) => server.write(chunk))
  server.on('data', (chunk) => client.write(chunk))
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('end', () => other.end())
    one.on('error', () => other.destroy())
  }
})
proxy.listen(0, '127.0.0.1', () => {
  const address = proxy.address()
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
})
