import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeFromAgent, decodeFromServer, MalformedMessage } from './decode.ts'

test('a message of either side is checked against its schema', () => {
  assert.equal(decodeFromServer('{"type":"ack","seq":3}').type, 'ack')
  const report = { type: 'report', seq: 1, observed: [], tasks: [], usage: [], events: [] }
  assert.deepEqual(decodeFromAgent(JSON.stringify(report)), report)
})

test('what does not fit is refused, saying where', () => {
  for (const text of ['', '{', '{"type":"ack"}', '{"type":"ack","seq":"3"}', '{"type":"report","seq":1}']) {
    assert.throws(() => decodeFromServer(text), MalformedMessage)
  }
})
