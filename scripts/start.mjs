// `npm start`: installs when needed, then is `croft start` under the pinned Node.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './install.mjs'
import { isPinned, root, runPinned } from './pinned-node.mjs'

// Asked first: an update may replace the binary this process runs from.
const pinned = isPinned()
ensureInstalled()
const main = join(root, 'packages', 'cli', 'src', 'main.ts')
if (pinned && isPinned()) {
  process.argv.splice(1, 1, main, 'start')
  await import(pathToFileURL(main).href)
} else {
  process.exitCode = await runPinned([main, 'start', ...process.argv.slice(2)])
}
