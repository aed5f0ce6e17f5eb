import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { jsonLines, serverSentEvents, streamOf } from './event-stream.ts'

test('no more is made than is read', async () => {
  let made = 0
  const stream = streamOf(async function* () {
    for (; made < 100_000; made++) yield 'x'.repeat(1000)
  })
  stream.once('readable', () => undefined)
  await sleep(50)
  assert.ok(made > 0 && made < 200, `${made} were made`)
  stream.destroy()
})

test('a client that goes while the next piece is waited for ends the source', async () => {
  let ended = false
  const stream = streamOf(async function* (signal) {
    try {
      yield 'first'
      await once(signal, 'abort')
    } finally {
      ended = true
    }
  })
  assert.equal(String((await once(stream, 'data'))[0]), 'first')
  stream.destroy()
  await once(stream, 'close')
  await sleep(1)
  assert.ok(ended)
})

test('a source that fails, also at once, fails the stream', async () => {
  const stream = streamOf(async function* () {
    yield 'first'
    throw new Error('away')
  })
  await assert.rejects(stream.toArray(), /away/)
  assert.throws(
    () =>
      jsonLines(
        () => {
          throw new Error('refused')
        },
        (item: object) => item,
      ),
    /refused/,
  )
})

test('events and lines are written as their formats want', async () => {
  async function* items() {
    yield { id: 'a', text: 'one\ntwo' }
    yield { id: 'b', text: '\u2028' }
  }
  const text = async (stream: NodeJS.ReadableStream) => {
    let all = ''
    for await (const chunk of stream) all += chunk
    return all
  }
  assert.equal(
    await text(serverSentEvents(items, (item) => item)),
    'retry: 1000\n\nid: a\ndata: {"id":"a","text":"one\\ntwo"}\n\nid: b\ndata: {"id":"b","text":"\u2028"}\n\n',
  )
  assert.equal((await text(jsonLines(items, (item) => item))).split('\n').length, 3)
})
