import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeGateway } from '../../test/fake-gateway.ts'
import { createOwnPorts } from './own-ports.ts'

const routes = { find: () => undefined, only: () => undefined }

test('ports come from the range, without those of other instances and of other programs', async () => {
  const gateway = createFakeGateway()
  const ports = createOwnPorts({ range: '7500-7504', gateway: () => gateway })
  ports.keep(7501)
  gateway.taken.add(7503)
  const given = await Promise.all([1, 2].map(() => ports.openNew('fake', routes)))
  assert.deepEqual(given.map(({ port }) => port).sort(), [7502, 7504])
  assert.equal((await ports.openNew('fake', routes)).port, 7500)
  await assert.rejects(ports.openNew('fake', routes), { code: 'ports-used-up', message: /7500 to 7504/ })
  gateway.taken.delete(7503)
  assert.equal((await ports.openNew('fake', routes)).port, 7503)
})

test('a port that was given back comes again last', async () => {
  const ports = createOwnPorts({ range: '7500-7502', gateway: () => createFakeGateway() })
  const first = await ports.openNew('fake', routes)
  first.close()
  ports.forget(first.port)
  const later = [await ports.openNew('fake', routes), await ports.openNew('fake', routes)]
  assert.deepEqual(
    [...later, await ports.openNew('fake', routes)].map(({ port }) => port),
    [7501, 7502, 7500],
  )
})

test('the system may choose', async () => {
  const gateway = createFakeGateway()
  const ports = createOwnPorts({ range: '0', gateway: () => gateway })
  const { port } = await ports.openNew('fake', routes)
  assert.ok(gateway.listening.has(port))
})

test('a port that another program has taken is told, and so is an engine without a gateway', async () => {
  const gateway = createFakeGateway()
  const ports = createOwnPorts({ range: '0', gateway: (name) => (name === 'fake' ? gateway : undefined) })
  gateway.taken.add(7500)
  await assert.rejects(ports.open('fake', 7500, routes), { code: 'port-taken', message: /Port 7500/ })
  await assert.rejects(ports.openNew('other', routes), { code: 'engine-not-installed' })
})
