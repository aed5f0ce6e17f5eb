import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A directory of the test's own, gone after it. Its name has a space: people's paths do. */
export function temporaryDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'croft cli-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}
