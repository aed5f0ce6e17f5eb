import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scramVerifier } from './scram.ts'

test('the verifier has the keys of the standard’s example', async () => {
  // Password and salt of the example in RFC 7677, section 3.
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  const verifier = await scramVerifier('pencil', salt)
  assert.equal(
    verifier,
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  )
})

test('each verifier has a salt of its own', async () => {
  assert.notEqual(await scramVerifier('pencil'), await scramVerifier('pencil'))
})
