import type { Db } from '../../../platform/db/connect.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import type { Call } from '../principal.ts'
import { revokeServiceToken } from '../revoke-service-token.ts'
import { createServiceAccount } from './create-service-account.ts'
import { getServiceAccount, readServiceAccountToken } from './get-service-account.ts'
import { pageServiceAccounts, type ServiceAccountFilter } from './page-service-accounts.ts'

export type { ServiceAccount } from './service-account.ts'

/** Service tokens as programs that have an id, a name and a token which can be read again. */
export function serviceAccountUseCases(deps: { readonly db: Db; readonly sealer: Sealer }) {
  const { db } = deps
  return {
    pageServiceAccounts: (call: Call, filter: ServiceAccountFilter) => pageServiceAccounts(db, call, filter),
    getServiceAccount: (call: Call, id: string) => getServiceAccount(db, call, id),
    createServiceAccount: (call: Call, input: { readonly workspaceId: string; readonly name: string }) =>
      createServiceAccount(deps, call, input),
    readServiceAccountToken: (call: Call, id: string) => readServiceAccountToken(deps, call, id),
    async deleteServiceAccount(call: Call, id: string): Promise<void> {
      const { workspaceId } = await getServiceAccount(db, call, id)
      await revokeServiceToken(db, call, { workspaceId, id })
    },
  }
}
