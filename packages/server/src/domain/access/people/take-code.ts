import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'
import { type Sealer, sealedContext } from '../../../platform/secrets/index.ts'
import { hashRecoveryCode } from './recovery-codes.ts'
import { stepOfCode } from './totp.ts'

export const totpContext = (userId: string) => sealedContext('users', 'totp_secret', userId)

export interface FactorHolder {
  readonly id: string
  readonly totp_secret: Buffer | null
}

/**
 * Uses up a code of the authenticator app, or a recovery code; null when it is wrong or was used before. Each
 * time step and each recovery code is taken once, however many requests bring it at once.
 */
export async function takeCode(
  tx: Tx,
  sealer: Sealer,
  { id, totp_secret: sealed }: FactorHolder,
  code: string,
): Promise<'app' | 'recovery-code' | null> {
  if (sealed === null) return null
  const step = stepOfCode(sealer.open(sealed, totpContext(id)), code.replaceAll(/\s/g, ''))
  if (step !== null) {
    const taken = await tx
      .updateTable('users')
      .set({ totp_last_step: step })
      .where('id', '=', id)
      .where((eb) => eb.or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', step)]))
      .returning('id')
      .executeTakeFirst()
    return taken ? 'app' : null
  }
  const hash = hashRecoveryCode(code)
  const left: RawBuilder<Buffer[]> = sql`array_remove(recovery_codes, ${hash}::bytea)`
  const used = await tx
    .updateTable('users')
    .set({ recovery_codes: left })
    .where('id', '=', id)
    .where(sql<boolean>`${hash}::bytea = any(recovery_codes)`)
    .returning('id')
    .executeTakeFirst()
  return used ? 'recovery-code' : null
}
