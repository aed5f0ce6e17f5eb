import { statSync } from 'node:fs'
import { withKeyFileLock } from './key-file-lock.ts'
import {
  createKeyFile,
  type KeyFile,
  KeyRingUnusable,
  newKey,
  readKeyFile,
  replaceKeyFile,
} from './key-ring-file.ts'

export interface RingKey {
  readonly id: string
  readonly secret: Buffer
}

/** The keys that seal secrets, in a file that all server processes share. */
export interface KeyRing {
  /** What new secrets are sealed with. Notices within a second that another process rotated the keys. */
  active(): RingKey
  /** Reads the file again before it says that a key is unknown. */
  find(id: string): RingKey | undefined
  /** Adds a key and makes it the active one. Old keys go on opening what they sealed. Returns its id. */
  rotate(): Promise<string>
  /** Marks keys that nothing uses. They stay in the file, for backups of the database from before. */
  retire(ids: readonly string[]): Promise<void>
  /** Ids of the keys that are neither active nor retired. */
  replaced(): string[]
}

const LOOK_AGAIN_AFTER_MS = 1_000

/**
 * Opens the key ring, and makes it (mode 0600) when there is none and `create` says so. Throws `KeyRingUnusable`.
 * Never let one be made beside a database that already holds secrets: they would be lost.
 */
export function openKeyRing(path: string, { create }: { create: boolean }): KeyRing {
  let file: KeyFile
  let stamp = ''
  let lookedAt = 0
  const secrets = new Map<string, RingKey>()

  function load(): KeyFile {
    const { mtimeMs, ino } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0, ino: 0 }
    const read = readKeyFile(path)
    if (!read) throw new KeyRingUnusable(path, 'there is no such file')
    stamp = `${mtimeMs} ${ino}`
    lookedAt = Date.now()
    for (const { id, key } of read.keys) secrets.set(id, { id, secret: Buffer.from(key, 'base64') })
    return read
  }
  function reloadIfChanged(): void {
    if (Date.now() - lookedAt < LOOK_AGAIN_AFTER_MS) return
    lookedAt = Date.now()
    const found = statSync(path, { throwIfNoEntry: false })
    // A file that is gone for the moment is no reason to stop: we have its keys.
    if (found && `${found.mtimeMs} ${found.ino}` !== stamp) file = load()
  }
  function change(edit: (current: KeyFile) => KeyFile): Promise<void> {
    return withKeyFileLock(path, () => {
      replaceKeyFile(path, edit(load()))
      file = load()
    })
  }

  if (create && readKeyFile(path) === undefined) {
    const first = newKey()
    createKeyFile(path, { active: first.id, keys: [first] })
  }
  file = load()

  return {
    active() {
      reloadIfChanged()
      const key = secrets.get(file.active)
      if (!key) throw new KeyRingUnusable(path, 'its active key is not among its keys')
      return key
    },
    find(id) {
      if (!secrets.has(id)) file = load()
      return secrets.get(id)
    },
    async rotate() {
      const key = newKey()
      await change(({ keys }) => ({ active: key.id, keys: [...keys, key] }))
      return key.id
    },
    async retire(ids) {
      const retiredAt = new Date().toISOString()
      await change(({ active, keys }) => ({
        active,
        keys: keys.map((key) => (ids.includes(key.id) && key.id !== active ? { ...key, retiredAt } : key)),
      }))
    },
    replaced() {
      file = load()
      return file.keys.filter(({ id, retiredAt }) => id !== file.active && !retiredAt).map(({ id }) => id)
    },
  }
}
