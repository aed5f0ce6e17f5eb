import type { ManagementApiClient } from '@prisma/management-api-sdk'
import type { Croft } from '../../harness/croft.ts'
import { bodyOf, managementApi } from '../../harness/management-api.ts'
import { prismaId } from '../../harness/prisma-id.ts'
import { userTokens } from '../../harness/user-tokens.ts'

/** A well-formed id of nothing. */
export const NOTHING = 'c'.padEnd(25, '0')

export interface Sdk {
  readonly croft: Croft
  /** With the service token of bootstrap.json. */
  readonly api: ManagementApiClient
  readonly workspaceId: string
  /** A second workspace of the same administrator, and a client that is bound to it. */
  readonly other: { readonly api: ManagementApiClient; readonly workspaceId: string; readonly token: string }
  /** A client with the access token of a user in the first workspace. */
  readonly user: ManagementApiClient
}

export async function setUp(croft: Croft): Promise<Sdk> {
  const { url, serviceToken, workspaceId } = croft.bootstrap
  const api = managementApi(url, serviceToken)
  const id = prismaId('wksp', workspaceId)
  const mine = bodyOf(await api.GET('/v1/workspaces/{id}', { params: { path: { id } } }), 200).data
  const user = managementApi(url, (await userTokens(croft, mine.name)).accessToken)
  const displayName = 'Second & third'
  const made = bodyOf(await user.POST('/v1/workspaces', { body: { displayName } }), 201).data
  const { accessToken: token } = await userTokens(croft, displayName)
  const other = { api: managementApi(url, token), workspaceId: made.id, token }
  return { croft, api, workspaceId: id, other, user }
}
