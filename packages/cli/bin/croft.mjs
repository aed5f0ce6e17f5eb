#!/usr/bin/env node
// `npx croft` in a clone, under any Node from 20 on.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isPinned, pinnedNode, root, runPinned } from '../../../scripts/pinned-node.mjs'

const main = join(root, 'packages', 'cli', 'src', 'main.ts')
if (isPinned()) {
  // The variable would be read at the start of a process only.
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  process.argv[1] = main
  await import(pathToFileURL(main).href)
} else if (existsSync(pinnedNode)) {
  process.exitCode = await runPinned([main, ...process.argv.slice(2)])
} else {
  console.error(
    'The dependencies are not installed yet. `npm start` in the clone installs them and starts Croft.',
  )
  process.exitCode = 1
}
