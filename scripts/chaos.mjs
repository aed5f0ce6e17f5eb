// `npm run chaos -- --minutes 30 --seed 1`: installs what it needs, then runs under the pinned Node.
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { root, runPinned } from './pinned-node.mjs'

ensureInstalled({ dev: true })
process.exitCode = await runPinned([join(root, 'conformance', 'chaos', 'main.ts'), ...process.argv.slice(2)])
