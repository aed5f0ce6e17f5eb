import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import fc from 'fast-check'
import { AgentFault } from '../../fault.ts'
import { createStreamGuard } from './stream-guard.ts'

const head = (type: string, path: string) => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(path))
  return Buffer.concat([Buffer.from(`XBSTCK01\0${type}`), length, Buffer.from(path)])
}
const number = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const content = (path: string, data: Uint8Array) =>
  Buffer.concat([head('P', path), number(data.length), number(0), Buffer.alloc(4), data])
const end = (path: string) => head('E', path)
const renamed = (from: string, to: string) => {
  const other = head('R', to)
  return Buffer.concat([head('R', from), other.subarray(10)])
}

const path = fc.constantFrom('ibdata1', './main/kept.ibd', 'main/@002e.frm', 'a/..b/c', 'x'.repeat(500))
const piece = fc.oneof(
  fc.tuple(path, fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 3 })).map(([at, parts]) => {
    return Buffer.concat([...parts.map((part) => content(at, part)), end(at)])
  }),
  fc.tuple(path, path).map(([from, to]) => renamed(from, to)),
  path.map((at) => head('D', at)),
  path.map((at) => Buffer.concat([head('S', at), number(7), end(at)])),
)
const stream = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => Buffer.concat(pieces))

/** The bytes in chunks that begin anywhere. */
function through(bytes: Buffer, cuts: readonly number[]): Promise<Buffer> {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const chunks = at.slice(1).map((to, index) => bytes.subarray(at[index], to))
  return buffer(Readable.from(chunks.filter((chunk) => chunk.length > 0)).pipe(createStreamGuard()))
}
const cuts = fc.array(fc.nat(20_000), { maxLength: 12 })
const isCorrupt = (error: unknown) => error instanceof AgentFault && error.code === 'backup-corrupt'

test('a sound stream comes through as it is, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(stream, cuts, async (bytes, at) => {
      assert.deepEqual(await through(bytes, at), bytes)
    }),
    { numRuns: 200 },
  )
})

test('a part of a stream is refused unless it is one itself', async () => {
  await fc.assert(
    fc.asyncProperty(stream, cuts, fc.nat(), async (bytes, at, length) => {
      const part = bytes.subarray(0, length % bytes.length)
      const tail = bytes.subarray(part.length)
      // What is left begins a piece, and what is there ends a file.
      const whole = part.length > 0 && tail.indexOf('XBSTCK01') === 0 && !/P$/.test(lastType(part))
      if (whole) return
      await assert.rejects(through(part, at), isCorrupt)
    }),
    { numRuns: 200 },
  )
})

function lastType(bytes: Buffer): string {
  const at = bytes.lastIndexOf('XBSTCK01')
  return bytes.toString('latin1', at + 9, at + 10)
}

test('a file outside of the directory is refused before anything of it is passed on', async () => {
  const paths = ['/etc/passwd', '../other', 'a/../../b', '..', '', 'a\0b', 'x'.repeat(600)]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.constantFrom('P', 'E', 'S', 'R', 'D'),
      cuts,
      async (wrong, type, at) => {
        const sound = Buffer.concat([content('ibdata1', Buffer.from('x')), end('ibdata1')])
        const bad = Buffer.concat([head(type, wrong), Buffer.alloc(64)])
        const passed: Buffer[] = []
        const guard = createStreamGuard()
        guard.on('data', (chunk: Buffer) => passed.push(chunk))
        const ended = new Promise((resolve) => guard.once('error', resolve))
        for (const chunk of [sound, bad]) guard.write(chunk)
        assert.ok(isCorrupt(await ended))
        assert.deepEqual(Buffer.concat(passed), sound)
        await assert.rejects(through(Buffer.concat([sound, bad]), at), isCorrupt)
      },
    ),
  )
  await assert.rejects(through(renamed('ibdata1', '../ibdata1'), []), isCorrupt)
  await assert.rejects(through(head('X', 'ibdata1'), []), isCorrupt)
})
