import type { Db } from '../../platform/db/connect.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import type { Database } from '../databases/index.ts'
import type { PageRequest } from '../page.ts'
import { describeDatabases } from './describe-databases.ts'
import { getWindow } from './get-window.ts'
import { createPoint } from './points/create-point.ts'
import { deletePoint } from './points/delete-point.ts'
import { getPoint } from './points/get-point.ts'
import { listPoints } from './points/list-points.ts'

export type { Safety } from './describe-databases.ts'
export type { RecoveryWindow } from './get-window.ts'
export { expirePoints } from './points/expire-points.ts'
export { recordMark } from './points/record-mark.ts'
export type { ShownPoint } from './points/show-points.ts'

/** To which moments databases can be restored. `reserveMb` is what a host keeps for an archive that lags. */
export function createRecovery(deps: { db: Db; signals: Signals; reserveMb: number }) {
  const { db } = deps
  return {
    getWindow: (call: Call, databaseId: string) => getWindow(db, call, databaseId),
    describeDatabases: (databases: readonly Database[]) => describeDatabases(db, deps.reserveMb, databases),
    createPoint: (call: Call, input: { databaseId: string; name: string }) => createPoint(deps, call, input),
    listPoints: (call: Call, filter: { databaseId: string; page: PageRequest }) =>
      listPoints(db, call, filter),
    getPoint: (call: Call, id: string) => getPoint(db, call, id),
    deletePoint: (call: Call, id: string) => deletePoint(db, call, id),
  }
}
export type Recovery = ReturnType<typeof createRecovery>
