import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatSeconds } from './format.ts'
import { startStep } from './progress.ts'
import { renderBar, renderPlain } from './progress-bar.ts'
import { createRate } from './rate.ts'

const MB = 1_000_000

test('a bar shows its share, what is done of what, how fast, and how long it will take', () => {
  const half = { doneBytes: 150 * MB, totalBytes: 300 * MB }
  assert.equal(
    renderBar(half, 30 * MB, 65),
    '██████████░░░░░░░░░░  50 %  150 MB of 300 MB  30.0 MB/s  5 s left',
  )
  assert.equal(renderBar(half, 30 * MB, 64), '██████████░░░░░░░░░░  50 %  150 MB of 300 MB  30.0 MB/s')
  assert.equal(renderBar(half, 30 * MB, 3), '██████████░░░░░░░░░░  50 %')
  assert.equal(renderPlain(half, 30 * MB), '50 %, 150 MB of 300 MB, 30.0 MB/s, 5 s left')
  assert.equal(renderPlain(half, null), '50 %, 150 MB of 300 MB')
  assert.equal(renderPlain(half, 0), '50 %, 150 MB of 300 MB, 0 B/s')
  // Totals are estimates.
  assert.equal(
    renderPlain({ doneBytes: 3 * MB, totalBytes: 2 * MB }, MB),
    '100 %, 3.0 MB of 3.0 MB, 1.0 MB/s',
  )
  assert.equal(renderBar({ doneBytes: 5 * MB, totalBytes: 0 }, null, 80), '5.0 MB')
})

test('a bar is as wide whatever its share', () => {
  const bytes = fc.integer({ min: 0, max: 2 ** 50 })
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 2 ** 50 }), (doneBytes, totalBytes) => {
      const [drawn = ''] = renderBar({ doneBytes, totalBytes }, null, 80).split('  ')
      assert.equal([...drawn].length, 20)
      assert.match(drawn, /^█*[▏▎▍▌▋▊▉]?░*$/)
    }),
  )
})

test('a rate is that of the last seconds, and begins anew when less is done', () => {
  let now = 0
  const rate = createRate(() => now)
  assert.equal(rate.perSecond(), null)
  rate.see(0)
  assert.equal(rate.perSecond(), null)
  for (let second = 1; second <= 30; second++) {
    now = second * 1000
    rate.see(second <= 15 ? second * 100 : 1500 + (second - 15) * 10)
  }
  assert.equal(rate.perSecond(), 10)
  now += 5000
  assert.ok((rate.perSecond() ?? 10) < 10, 'a pause slows it down')
  rate.see(5)
  assert.equal(rate.perSecond(), null)
})

test('lengths of time have two units', () => {
  for (const [seconds, text] of [
    [0, '0 s'],
    [0.4, '0 s'],
    [59.6, '1 min'],
    [65, '1 min 5 s'],
    [3600, '1 h'],
    [7384, '2 h 3 min'],
    [90_000, '1 d 1 h'],
  ] as const)
    assert.equal(formatSeconds(seconds), text)
})

test('where there is no terminal, a step is a line at its start and one at its end', () => {
  const stream = new PassThrough()
  const step = startStep(stream as unknown as NodeJS.WriteStream, 'Copying')
  step.progress({ doneBytes: 1, totalBytes: 2 })
  step.done('Copied')
  assert.match(String(stream.read()), /^Copying \.\.\.\n✔ Copied \(0\.\d s\)\n$/)
})

test('on a terminal the line moves and is cleared before the result stays', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 200 })
  const step = startStep(stream as unknown as NodeJS.WriteStream, 'Copying')
  step.progress({ doneBytes: 1, totalBytes: 2 })
  step.done('Copied')
  const text = String(stream.read())
  assert.ok(text.startsWith('\r\u001b[2K'))
  assert.match(text.split('\r\u001b[2K').at(-1) ?? '', /Copied .*\n$/)
})
