import { Type } from 'typebox'
import type { Access, Call } from '../../../domain/access/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { type IdReader, parseId } from '../ids.ts'
import { operation } from '../operation.ts'
import { readPage, toList } from '../pagination.ts'
import { presentIntegration } from '../presenters/integration.ts'
import { Data, List, PageQuery } from '../schemas/envelope.ts'
import { IdInput, Text } from '../schemas/input.ts'
import { Integration } from '../schemas/integration.ts'

const tag = 'Integrations'
const params = Type.Object({ id: IdInput('itgr', 'integration') })

export const listIntegrations = operation({
  tag,
  summary: 'List integrations',
  description: 'The applications that users gave access to the workspace.',
  query: Type.Object({ ...PageQuery, workspaceId: IdInput('wksp', 'workspace') }),
  status: 200,
  response: List(Integration),
  async handle({ call, query, ids, links }, { access }) {
    const workspaceId = ids.read('workspace', query.workspaceId)
    const page = await access.listGrants(call, { workspaceId, page: readPage(query) })
    return toList(page, (grant) => presentIntegration(links, grant))
  },
})

export const getIntegration = operation({
  tag,
  summary: 'Get an integration',
  params,
  status: 200,
  response: Data(Integration),
  async handle({ call, params, ids, links }, { access }) {
    return {
      data: presentIntegration(links, await access.getGrant(call, ids.read('integration', params.id))),
    }
  },
})

export const deleteIntegration = operation({
  tag,
  summary: 'Revoke an integration',
  description: 'Its tokens stop working with the next request.',
  params,
  status: 204,
  async handle({ call, params, ids }, { access }) {
    await access.revokeGrant(call, { id: ids.read('integration', params.id) })
  },
})

export const listWorkspaceIntegrations = operation({
  tag,
  summary: 'List the integrations of a workspace',
  params: Type.Object({ workspaceId: IdInput('wksp', 'workspace') }),
  query: Type.Object(PageQuery),
  status: 200,
  response: List(Integration),
  async handle({ call, params, query, ids, links }, { tenancy, access }) {
    const workspaceId = ids.read('workspace', params.workspaceId)
    const page = readPage(query)
    await tenancy.getWorkspace(call, workspaceId)
    const found = await access.listGrants(call, { workspaceId, page })
    return toList(found, (grant) => presentIntegration(links, grant))
  },
})

export const deleteWorkspaceIntegration = operation({
  tag,
  summary: 'Revoke an application in a workspace',
  description: 'Takes the client id of the application, or the id of the integration.',
  params: Type.Object({
    workspaceId: IdInput('wksp', 'workspace'),
    clientId: Text('Client id of the application, or id of the integration.'),
  }),
  status: 204,
  async handle({ call, params, ids }, { access, tenancy }) {
    const workspaceId = ids.read('workspace', params.workspaceId)
    await tenancy.getWorkspace(call, workspaceId)
    await revokeByEitherId(access, call, { workspaceId, id: params.clientId, ids })
  },
})

/**
 * The path speaks of a client id while the documents show `itgr_5678` in it. A bare id may be either: Prisma's
 * client ids have the form of our base-36 UUIDs.
 */
async function revokeByEitherId(
  access: Access,
  call: Call,
  { workspaceId, id, ids }: { workspaceId: string; id: string; ids: IdReader },
): Promise<void> {
  if (id.startsWith('itgr_')) {
    return access.revokeGrant(call, { workspaceId, id: ids.read('integration', id) })
  }
  try {
    await access.revokeGrant(call, { workspaceId, id })
  } catch (error) {
    const grantId = parseId('integration', id)
    if (grantId === null || !(error instanceof CroftError) || error.code !== 'grant-not-found') throw error
    await access.revokeGrant(call, { workspaceId, id: grantId })
  }
}
