import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestAccess } from '../../../test/access.ts'

test('the claim page may be on one more address, which is added once', async (t) => {
  const { access } = await createTestAccess(t)
  const given = { clientId: 'croft-claim', redirectUri: 'https://db.example.com/claim/callback' }
  const before = (await access.findClient(given.clientId))?.redirectUris ?? []
  assert.ok(before.includes('http://localhost/claim/callback'))
  await access.addRedirectUri(given)
  await access.addRedirectUri(given)
  const client = await access.findClient(given.clientId)
  assert.deepEqual(client?.redirectUris, [...before, given.redirectUri])
  assert.equal(client?.confidential, false)
})
