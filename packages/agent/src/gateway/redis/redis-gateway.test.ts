import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { dialGateway, type GatewayOptions, startGateway, until } from '../../../test/gateway-fixture.ts'
import { AgentFault } from '../../fault.ts'
import { createRedisProtocol } from './redis-protocol.ts'

const WRONG = '-WRONGPASS invalid username-password pair or user is disabled.'
const NO_AUTH = '-NOAUTH Authentication required.\r\n'

interface Scripted {
  readonly port: number
  /** What each connection has said. */
  readonly heard: string[]
  readonly sockets: Socket[]
}

/** A server that answers a login whose password is `right` with OK, every other one as Redis does, and `PING`. */
async function startScripted(t: TestContext): Promise<Scripted> {
  const heard: string[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    const at = heard.push('') - 1
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      const text = chunk.toString()
      heard[at] += text
      if (/AUTH/i.test(text)) socket.write(text.includes('right') ? '+OK\r\n' : `${WRONG}\r\n`)
      for (const _ of text.matchAll(/PING/g)) socket.write('+PONG\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { port: address.port, heard, sockets }
}

async function begin(t: TestContext, options: Partial<GatewayOptions> = {}) {
  const scripted = await startScripted(t)
  const endpoint = { host: '127.0.0.1', port: scripted.port }
  const fixture = await startGateway(t, { endpoint, protocol: createRedisProtocol(), ...options })
  return { ...fixture, scripted }
}

/** Says something to the gateway and gives all that it said until it closed, or until `enough`. */
async function talk(
  t: TestContext,
  gateway: { readonly port: number },
  words: string,
  enough?: RegExp,
): Promise<string> {
  const { socket, said, closed } = await dialGateway(t, gateway)
  socket.write(words)
  if (enough) await until(() => enough.test(said().toString()))
  else await closed
  return said().toString()
}

test('before a login it answers as Redis does', async (t) => {
  const { gateway, scripted } = await begin(t)
  const helloNoAuth = /^-NOAUTH HELLO must be called with the client already authenticated/
  const cases: [string, string | RegExp][] = [
    ['PING\r\nQUIT\r\n', `${NO_AUTH}+OK\r\n`],
    ['*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nQUIT\r\n', `${NO_AUTH}+OK\r\n`],
    ['\r\nRESET\r\nQUIT\r\n', '+RESET\r\n+OK\r\n'],
    ['CLIENT SETNAME me\r\nQUIT\r\n', `${NO_AUTH}+OK\r\n`],
    ['HELLO\r\nQUIT\r\n', helloNoAuth],
    ['HELLO 3 SETNAME x\r\nQUIT\r\n', helloNoAuth],
    ['HELLO 4\r\nQUIT\r\n', '-NOPROTO unsupported protocol version\r\n+OK\r\n'],
    ['HELLO x\r\nQUIT\r\n', '-ERR Protocol version is not an integer or out of range\r\n+OK\r\n'],
    ['HELLO 3 AUTH a\r\nQUIT\r\n', "-ERR Syntax error in HELLO option 'AUTH'\r\n+OK\r\n"],
    ['AUTH\r\nQUIT\r\n', "-ERR wrong number of arguments for 'auth' command\r\n+OK\r\n"],
    ['AUTH a b c\r\nQUIT\r\n', '-ERR syntax error\r\n+OK\r\n'],
    ['*1\r\n$99999\r\n', '-ERR Protocol error: unauthenticated bulk length\r\n'],
    ['POST / HTTP/1.1\r\nHost: x\r\n\r\nFLUSHALL\r\n', ''],
    ['PING\r\n'.repeat(150), /too many commands before AUTH\r\n$/],
  ]
  for (const [words, answer] of cases) {
    const said = await talk(t, gateway, words)
    if (typeof answer === 'string') assert.equal(said, answer)
    else assert.match(said, answer)
  }
  assert.equal(scripted.heard.length, 0)
})

test('a login is the server’s to judge, and what follows it is handed on in order', async (t) => {
  const { gateway, scripted, leases, registry } = await begin(t)
  const said = await talk(t, gateway, 'AUTH tenant right\r\nPING\r\nPING\r\n', /PONG\r\n\+PONG/)
  assert.equal(said, '+OK\r\n+PONG\r\n+PONG\r\n')
  assert.equal(scripted.heard[0], '*3\r\n$4\r\nAUTH\r\n$6\r\ntenant\r\n$5\r\nright\r\nPING\r\nPING\r\n')
  const { socket, said: hello } = await dialGateway(t, gateway)
  for (const byte of 'HELLO 2 AUTH tenant right SETNAME me\r\nPING\r\n') socket.write(byte)
  await until(() => /PONG/.test(hello().toString()))
  assert.match(scripted.heard[1] ?? '', /^\*7\r\n\$5\r\nHELLO\r\n\$1\r\n2\r\n\$4\r\nAUTH\r\n/)
  assert.match(await registry.metrics(), /startups_total\{engine="redis",outcome="ready"\} 2/)
  assert.equal(leases.held, 2)
})

test('a wrong password and an unknown user read the same, and another try may follow', async (t) => {
  const { gateway, leases, registry, scripted } = await begin(t)
  const words = 'AUTH tenant wrong\r\nAUTH stranger right\r\nPING\r\nAUTH tenant right\r\nPING\r\n'
  const said = await talk(t, gateway, words, /PONG/)
  assert.equal(said, `${WRONG}\r\n${WRONG}\r\n${NO_AUTH}+OK\r\n+PONG\r\n`)
  assert.equal(scripted.heard.length, 2)
  await until(() => leases.held === 1)
  const metrics = await registry.metrics()
  assert.match(metrics, /startups_total\{engine="redis",outcome="login_failed"\} 1/)
  assert.match(metrics, /startups_total\{engine="redis",outcome="unknown_user"\} 1/)
})

test('a password alone means the only login of a port of its own', async (t) => {
  const { gateway, routes, scripted } = await begin(t)
  const own = await gateway.openPort(0, routes)
  assert.equal(await talk(t, own, 'AUTH right\r\n', /OK/), '+OK\r\n')
  assert.equal(await talk(t, own, 'HELLO 3 AUTH default right\r\n', /OK/), '+OK\r\n')
  assert.match(scripted.heard[0] ?? '', /AUTH\r\n\$6\r\ntenant\r\n\$5\r\nright/)
  assert.match(scripted.heard[1] ?? '', /AUTH\r\n\$6\r\ntenant\r\n\$5\r\nright/)
  const shared = await talk(t, gateway, 'AUTH right\r\nQUIT\r\n')
  assert.match(shared, /^-WRONGPASS .*AUTH <user> <password>\.\r\n\+OK\r\n$/)
  own.close()
  await assert.rejects(dialGateway(t, own), { code: 'ECONNREFUSED' })
})

test('TLS is taken without asking, in pieces too', async (t) => {
  const { gateway, caFile } = await begin(t)
  const socket = connectTls({ host: '127.0.0.1', port: gateway.port, ca: readFileSync(caFile) })
  t.after(() => socket.destroy())
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk
  })
  socket.write('AUTH tenant right\r\nPING\r\n')
  await until(() => said === '+OK\r\n+PONG\r\n')
})

test('what cannot be served is told as an error', async (t) => {
  const { gateway } = await begin(t, {
    wake: () => Promise.reject(new AgentFault('disk-full', 'The disk of this host is full.')),
  })
  assert.match(await talk(t, gateway, 'AUTH tenant right\r\n'), /^-ERR .*cannot be reached now: The disk/)
  const limited = await begin(t, { connectionLimit: 1 })
  await talk(t, limited.gateway, 'AUTH tenant right\r\n', /OK/)
  assert.match(await talk(t, limited.gateway, 'AUTH tenant right\r\n'), /^-ERR max number of clients reached/)
  const slow = await begin(t, { limits: { startupMs: 100 } })
  assert.match(await talk(t, slow.gateway, 'PING\r\nAUT'), /no login came in time\r\n$/)
})

/** A client that has logged in, with its server's end of the session. */
async function loggedIn(t: TestContext, gateway: { readonly port: number }, scripted: Scripted) {
  const client = await dialGateway(t, gateway)
  client.socket.write('AUTH tenant right\r\n')
  await until(() => client.said().toString() === '+OK\r\n')
  const at = scripted.sockets.length - 1
  return {
    ...client,
    server: scripted.sockets[at],
    async ask(command: string) {
      client.socket.write(command)
      await until(() => scripted.heard[at]?.endsWith(command) === true)
    },
  }
}

const BLPOP = '*2\r\n$5\r\nBLPOP\r\n$1\r\na\r\n'

test('an ended session is told between replies, and silently when no command waits for one', async (t) => {
  const { gateway, scripted } = await begin(t)
  const idle = await loggedIn(t, gateway, scripted)
  const waiting = await loggedIn(t, gateway, scripted)
  await waiting.ask(BLPOP)
  const answered = await loggedIn(t, gateway, scripted)
  await answered.ask(BLPOP + BLPOP)
  answered.server?.write('*2\r\n$1\r\na\r\n$3\r\n')
  await until(() => /\$3/.test(answered.said().toString()))
  const ended = gateway.closeSessions('one', 'rotated')
  answered.server?.write('one\r\n+more')
  await ended
  const last = '-ERR the connection is ended by an administrator: rotated\r\n'
  assert.equal(idle.said().toString(), '+OK\r\n')
  assert.equal(waiting.said().toString(), `+OK\r\n${last}`)
  assert.equal(answered.said().toString(), `+OK\r\n*2\r\n$1\r\na\r\n$3\r\none\r\n${last}`)
})

test('a drain ends who is idle at once, and waits for a command under way', async (t) => {
  const { gateway, scripted } = await begin(t)
  const idle = await loggedIn(t, gateway, scripted)
  const busy = await loggedIn(t, gateway, scripted)
  await busy.ask(BLPOP)
  const drained = gateway.drain(20_000)
  await idle.closed
  busy.server?.write('*2\r\n$1\r\na\r\n$3\r\non')
  await until(() => /\$3/.test(busy.said().toString()))
  busy.server?.write('e\r\n')
  await drained
  assert.equal(busy.said().toString(), '+OK\r\n*2\r\n$1\r\na\r\n$3\r\none\r\n')
})

test('a server that goes while a command waits is told, after QUIT it is no news', async (t) => {
  const { gateway, scripted } = await begin(t)
  const cases: [string, RegExp][] = [
    ['*1\r\n$4\r\nQUIT\r\n', /^\+OK\r\n$/],
    [BLPOP, /^\+OK\r\n-ERR the database server closed the connection unexpectedly/],
  ]
  for (const [words, end] of cases) {
    const { ask, server, closed, said } = await loggedIn(t, gateway, scripted)
    await ask(words)
    server?.end()
    await closed
    assert.match(said().toString(), end)
  }
})
