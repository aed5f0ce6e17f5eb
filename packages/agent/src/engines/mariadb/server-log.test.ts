import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDamage } from './damage-watch.ts'
import { parseLogLine } from './server-log.ts'
import { startFault } from './start-fault.ts'

test('lines are read by their severity, and those that may hold data are dropped', () => {
  const line = '2026-11-22 16:17:06 12 [ERROR] InnoDB: something'
  assert.deepEqual(parseLogLine(line), { severity: 'ERROR', text: 'InnoDB: something' })
  const crash = parseLogLine('261122  6:17:06 [ERROR] /usr/sbin/mariadbd got signal 11 ;')
  assert.equal(crash?.severity, 'ERROR')
  const library = '/usr/sbin/mariadbd: error while loading shared libraries: liburing.so.2'
  assert.deepEqual(parseLogLine(library), { severity: '', text: library })
  for (const secret of [
    "Query (0x7f00): SELECT 'secret'",
    ' len 16384; hex 00; asc secret;',
    "2026-11-22 16:17:06 secret of a client's",
    '',
  ]) {
    assert.equal(parseLogLine(secret), null)
  }
})

test('damage is told by its table and page', () => {
  const page = { database: 'main', relation: 'large', block: 8 }
  const file = "'./main/large.ibd'"
  for (const text of [
    `InnoDB: Database page corruption on disk or a failed read of file ${file} page [page id: space=5, page number=8]. You may have to recover from a backup.`,
    `InnoDB: Failed to read page 8 from file ${file}: Page read from tablespace is corrupted.`,
  ]) {
    assert.deepEqual(parseDamage({ severity: 'ERROR', text }), page)
    assert.equal(parseDamage({ severity: 'Note', text }), undefined)
  }
  assert.deepEqual(
    parseDamage({
      severity: 'ERROR',
      text: "InnoDB: Failed to read page 3 from file './ibdata1': corrupted",
    }),
    { database: null, relation: null, block: 3 },
  )
})

test('a failed start is told by its cause', () => {
  const exit = { code: 1, signal: null }
  const code = (text: string) => startFault([{ severity: 'ERROR', text }], exit)
  assert.equal(code('InnoDB: Error number 28 means "No space left on device"').code, 'disk-full')
  assert.match(code('InnoDB: Cannot allocate memory for the buffer pool').message, /memory/)
  assert.match(code("/usr/sbin/mariadbd: unknown variable 'x=1'").message, /settings/)
  assert.match(code('InnoDB: Unable to lock ./ibdata1 error: 11').message, /Another server/)
  assert.match(code('InnoDB: Corrupted page [page id: space=0, page number=3]').message, /damaged/)
  assert.match(code('something else').message, /ended while it started/)
  assert.equal(startFault([], { code: null, signal: 'SIGKILL' }).code, 'server-crashed')
  const notes = startFault([{ severity: 'Note', text: 'Cannot allocate memory' }], exit)
  assert.match(notes.message, /ended while it started/, 'a note is no cause')
})
