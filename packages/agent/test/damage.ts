import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** Overwrites a few bytes in a page of a stopped server's relation, as a failing disk would. */
export async function damagePage(directory: string, path: string, block: number, at = 4000): Promise<void> {
  const file = await open(join(directory, path), 'r+')
  try {
    const bytes = Buffer.alloc(3)
    await file.read(bytes, 0, 3, block * 8192 + at)
    await file.write(Buffer.from(bytes.map((byte) => byte ^ 0x55)), 0, 3, block * 8192 + at)
  } finally {
    await file.close()
  }
}
