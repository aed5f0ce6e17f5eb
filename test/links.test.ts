import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { listFiles, ROOT } from './source-files.ts'

const pages = ['README.md', 'CONTRIBUTING.md', ...listFiles(['docs'], /\.md$/)]

test('links of the documentation lead somewhere', () => {
  let seen = 0
  const broken = pages.flatMap((page) => {
    const links = readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)
    return [...links].flatMap(([, target = '']) => {
      if (/^[a-z]+:/.test(target)) return []
      seen += 1
      return existsSync(join(ROOT, dirname(page), target)) ? [] : [`${page}: ${target}`]
    })
  })
  assert.deepEqual(broken, [])
  assert.ok(seen > 30, 'the search for links finds too little')
})
