import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { createEnvironment, type NewEnvironment } from './create-environment.ts'
import { deleteEnvironment } from './delete-environment.ts'
import { getEnvironment } from './get-environment.ts'
import { listEnvironments } from './list-environments.ts'
import { type EnvironmentChanges, updateEnvironment } from './update-environment.ts'

export type { Environment } from './environment.ts'

/** Where databases go, by names that people choose. */
export function createEnvironments({ db }: { db: Db }) {
  return {
    listEnvironments: (call: Call) => listEnvironments(db, call),
    getEnvironment: (call: Call, id: string) => getEnvironment(db, call, id),
    createEnvironment: (call: Call, input: NewEnvironment) => createEnvironment(db, call, input),
    updateEnvironment: (call: Call, id: string, changes: EnvironmentChanges) =>
      updateEnvironment(db, call, id, changes),
    deleteEnvironment: (call: Call, id: string) => deleteEnvironment(db, call, id),
  }
}
export type Environments = ReturnType<typeof createEnvironments>
