import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

const NOT_OURS = new Set(['node_modules', 'fixtures', 'openapi'])

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (!entry.isDirectory()) return [path]
    return NOT_OURS.has(entry.name) || entry.name.startsWith('.') ? [] : filesBelow(path)
  })
}

/** Files below some folders of the repository, as sorted paths from its root. */
export function listFiles(folders: readonly string[], name: RegExp): string[] {
  return folders
    .flatMap((folder) => filesBelow(join(ROOT, folder)))
    .map((path) => relative(ROOT, path))
    .filter((path) => name.test(path))
    .sort()
}

/** All code. */
export function listSourceFiles(): string[] {
  return listFiles(['packages', 'test', 'conformance', 'bench', 'scripts'], /\.(ts|mjs)$/)
}
