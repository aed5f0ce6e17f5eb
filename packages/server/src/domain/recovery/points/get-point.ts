import type { Executor } from '../../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call } from '../../access/index.ts'
import { pointFields, type RestorePoint, selectPoints, toPoint } from './restore-point.ts'
import { type ShownPoint, showPoints } from './show-points.ts'

const NOT_FOUND = {
  code: 'restore-point-not-found',
  message: 'There is no restore point with this id, or it is not accessible.',
} as const

/** Throws `restore-point-not-found`, `forbidden`. */
export async function findPoint(db: Executor, call: Call, id: string, action: Action): Promise<RestorePoint> {
  const row = await selectPoints(db).where('restore_points.id', '=', id).executeTakeFirst()
  return authorizeFound(call.principal, action, 'backups', row && toPoint(row), pointFields, NOT_FOUND)
}

/** Throws `restore-point-not-found`. */
export async function getPoint(db: Executor, call: Call, id: string): Promise<ShownPoint> {
  const point = await findPoint(db, call, id, 'read')
  const [shown] = await showPoints(db, [point])
  return shown ?? { ...point, restorable: false }
}
