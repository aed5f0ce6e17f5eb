import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory } from '../files/sync-directory.ts'

/** Makes a directory (0700 when new) whose own entry survives a power cut. */
export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await syncDirectory(dirname(path))
}

/** Replaces a file as a whole: after a crash it holds the old text or the new. Mode 0600. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`
  const file = await open(partial, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(partial, path)
  await syncDirectory(dirname(path))
}
