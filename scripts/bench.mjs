// `npm run bench`: installs what the benchmarks need, then runs them under the pinned Node.
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { root, runPinned } from './pinned-node.mjs'

ensureInstalled({ dev: true })
process.exitCode = await runPinned([join(root, 'bench', 'src', 'run.ts'), ...process.argv.slice(2)])
