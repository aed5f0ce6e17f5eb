// npx node scripts/write-reference.ts: writes the pages of docs/reference that are made from code.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { referencePages } from './reference-pages.ts'

const directory = join(import.meta.dirname, '..', 'docs', 'reference')
for (const [file, text] of await referencePages()) {
  const path = join(directory, file)
  if ((await readFile(path, 'utf8').catch(() => '')) === text) continue
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
  console.log(`wrote docs/reference/${file}`)
}
