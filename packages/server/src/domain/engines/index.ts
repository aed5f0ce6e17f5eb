import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { listEngines } from './list-engines.ts'

export { bytesOf, checkSetting, type Setting, settingsOf } from './check-setting.ts'
export { compareVersions } from './compare-versions.ts'
export type { Address, EngineFacts, Login } from './engine-facts.ts'
export type { Engine, EngineVersion } from './list-engines.ts'
export { readEngines } from './list-engines.ts'
export { recordEngines } from './record-engines.ts'
export { archivedEngines, ENGINES, engineOf, findEngine } from './registry.ts'

/** Which engines there are. */
export function createEngines({ db }: { db: Db }) {
  return { listEngines: (call: Call) => listEngines(db, call) }
}
export type Engines = ReturnType<typeof createEngines>
