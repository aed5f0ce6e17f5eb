import { fileURLToPath } from 'node:url'

const packages = new URL('../../../', import.meta.url)
const script = (path: string) => fileURLToPath(new URL(path, packages))

/** The entry points that the CLI runs as processes of their own. */
export const SCRIPTS = {
  metadata: script('agent/src/main/metadata.ts'),
  server: script('server/src/main/server.ts'),
  agent: script('agent/src/main/agent.ts'),
  engine: script('agent/src/main/engine.ts'),
} as const

/** The clone's root, where `npm start` keeps `.croft` unless told otherwise. */
export const ROOT = fileURLToPath(new URL('../', packages))
