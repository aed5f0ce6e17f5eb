import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { checkRoom } from './check-room.ts'

test('a copy that cannot fit is refused, with both sizes', async () => {
  await checkRoom(tmpdir(), 1)
  await assert.rejects(checkRoom(tmpdir(), 2 ** 60), {
    code: 'disk-full',
    message: /needs 1152921504607 MB and the disk of this host has \d+ MB free/,
  })
})
