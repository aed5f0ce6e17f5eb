import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { addJob } from '../../platform/queue/index.ts'
import type { KeyRing } from '../../platform/secrets/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'

/** Name of the job that seals every secret anew and then retires keys that nothing needs. */
export const RESEAL_JOB = 'reseal-secrets'

/** Makes a new key the active one at once; what older keys sealed is sealed anew in the background. */
async function rotateKeys(deps: { db: Db; ring: KeyRing }, call: Call): Promise<{ keyId: string }> {
  authorize(call.principal, 'manage', 'platform', {})
  const keyId = await deps.ring.rotate()
  await transact(deps.db, async (tx) => {
    await addJob(tx, RESEAL_JOB, {}, { key: RESEAL_JOB })
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'keys.rotated',
      subjectType: 'key',
      subjectId: keyId,
    })
  })
  return { keyId }
}

export function createKeys(deps: { db: Db; ring: KeyRing }) {
  return { rotateKeys: (call: Call) => rotateKeys(deps, call) }
}
export type Keys = ReturnType<typeof createKeys>
