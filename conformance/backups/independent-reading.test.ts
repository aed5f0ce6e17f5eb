import assert from 'node:assert/strict'
import { createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { zstdDecompressSync } from 'node:zlib'
import { own } from '../faults/api.ts'
import { query } from '../faults/query.ts'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { type Backup, createDatabase, type Made, setPolicy, takeBackup } from './own.ts'
import { filesBelow, newWorkplace, startPlain, unpack } from './plain-postgres.ts'

const dataDirectory = await newDataDirectory()
const workplace = await newWorkplace()
let croft: Croft

before(async () => {
  croft = await startCroft(dataDirectory)
})
after(async () => {
  await croft?.stop()
  await removeDataDirectory(dataDirectory)
  await rm(workplace, { recursive: true, force: true })
})

/** A database with rows, and its backup. */
async function backedUp(name: string, policy: object): Promise<{ made: Made; backup: Backup }> {
  const made = await createDatabase(croft, { name })
  await setPolicy(croft, made.id, policy)
  await query(
    made.connectionString,
    `create table read_me as select n, md5(n::text) as text from generate_series(1, 5000) n`,
  )
  const backup = await takeBackup(croft, made.id)
  // A row that the backup does not have.
  await query(made.connectionString, `insert into read_me values (0, 'later')`)
  return { made, backup }
}

async function folderOf(backup: Backup): Promise<{ folder: string; manifest: Record<string, unknown> }> {
  const files = await filesBelow(join(dataDirectory, 'backups'))
  const path = files.find((file) => file.endsWith(join(backup.id, 'manifest.json')))
  assert.ok(path, files.join('\n'))
  return { folder: dirname(path), manifest: JSON.parse(await readFile(path, 'utf8')) }
}

async function readsAsItWas(tar: Buffer, name: string): Promise<void> {
  const directory = join(workplace, name)
  await unpack(tar, directory)
  const server = await startPlain(directory)
  try {
    const [row] = await server.query(
      `select count(*)::int as rows, count(*) filter (where text <> md5(n::text))::int as wrong from read_me`,
    )
    assert.deepEqual(row, { rows: 5000, wrong: 0 })
  } finally {
    await server.stop()
  }
}

test('a plain backup: zstd, tar and postgres are enough to read it', async () => {
  const { backup } = await backedUp('plain', { encryption: false })
  assert.equal(backup.encrypted, false)
  const { folder, manifest } = await folderOf(backup)
  const stored = await readFile(join(folder, 'data.tar.zst'))
  assert.equal(createHash('sha256').update(stored).digest('hex'), manifest.sha256)
  await readsAsItWas(zstdDecompressSync(stored), 'plain')
})

test('an encrypted backup: with its database’s key, as docs/reference/backup-format.md says', async () => {
  const { made, backup } = await backedUp('sealed', { encryption: true })
  assert.equal(backup.encrypted, true)
  const { folder } = await folderOf(backup)
  const sealed = await readFile(join(folder, 'data.tar.zst.sealed'))
  assert.equal(sealed.includes(Buffer.from('read_me')), false)
  const { key } = await own<{ key: string }>(croft, 200, 'POST', `/databases/${made.id}/backup-key`)
  await readsAsItWas(zstdDecompressSync(open(Buffer.from(key, 'base64'), sealed)), 'sealed')
})

/** Written from the document, not from the code. */
function open(databaseKey: Buffer, sealed: Buffer): Buffer {
  assert.equal(sealed.toString('latin1', 0, 8), 'CROFTS1\n')
  const key = Buffer.from(hkdfSync('sha256', databaseKey, sealed.subarray(8, 40), 'croft backup', 32))
  const chunk = 256 * 1024 + 16
  const plain: Buffer[] = []
  for (let at = 40, counter = 0; at < sealed.length; at += chunk, counter++) {
    const piece = sealed.subarray(at, at + chunk)
    const nonce = Buffer.alloc(12)
    nonce.writeBigUInt64BE(BigInt(counter), 3)
    nonce[11] = at + chunk >= sealed.length ? 1 : 0
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    decipher.setAuthTag(piece.subarray(-16))
    plain.push(decipher.update(piece.subarray(0, -16)), decipher.final())
  }
  return Buffer.concat(plain)
}
