// `npm start`: installs when needed, then is `croft start` under the pinned Node.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './install.mjs'
import { isPinned, root, runPinned } from './pinned-node.mjs'

// npm passes SIGTERM to a shell between it and this process. Shells such as Debian's dash end without passing it
// on, and nobody would ever stop what is left: so a parent that has gone counts as the signal.
const WATCH_MS = 250
const parent = process.ppid
if (process.env.npm_lifecycle_event) {
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, WATCH_MS)
  watch.unref()
}

// Asked first: an update may replace the binary this process runs from.
const pinned = isPinned()
ensureInstalled({ dev: false })
const main = join(root, 'packages', 'cli', 'src', 'main.ts')
if (pinned && isPinned()) {
  process.argv.splice(1, 1, main, 'start')
  await import(pathToFileURL(main).href)
} else {
  process.exitCode = await runPinned([main, 'start', ...process.argv.slice(2)])
}
