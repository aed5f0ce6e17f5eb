// npm run openapi: writes openapi/*.json from the routes' schemas. With --check it only says what is stale.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openApiDocuments } from './openapi-documents.ts'

const directory = join(import.meta.dirname, '../../../../openapi')

async function staleFiles(documents: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = []
  for (const [file, text] of documents) {
    const committed = await readFile(join(directory, file), 'utf8').catch(() => null)
    if (committed !== text) stale.push(file)
  }
  return stale
}

const documents = await openApiDocuments()
const stale = await staleFiles(documents)
if (process.argv.includes('--check')) {
  for (const file of stale) console.error(`openapi/${file} is stale: run "npm run openapi" and commit it.`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  await mkdir(directory, { recursive: true })
  for (const file of stale) {
    const path = join(directory, file)
    await writeFile(`${path}.new`, documents.get(file) ?? '')
    await rename(`${path}.new`, path)
    console.log(`wrote openapi/${file}`)
  }
}
