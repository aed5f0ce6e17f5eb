import { type Static, Type } from 'typebox'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentDeploymentTarget } from '../../presenters/deployment-target.ts'
import {
  DeploymentTarget,
  DeploymentTargetChanges,
  NewDeploymentTarget,
} from '../../schemas/deployment-target.ts'
import { Named } from '../../schemas/text.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'DeploymentTargets'
const query = Type.Object({
  ...listQuery,
  id: Type.Optional(Uuid),
  cluster_id: Type.Optional(Named),
  name: Type.Optional(Named),
})
const filterOf = ({ id, name, cluster_id: clusterId }: Static<typeof query>) => ({ id, name, clusterId })

export const listTenantTargets = operation({
  tag,
  summary: 'List the deployment targets of a tenant',
  description: 'Every host that has joined, and every cluster whose agent reports to this tenant.',
  params: OfId,
  query,
  status: 200,
  response: PageOf(DeploymentTarget),
  async handle({ params, query, call }, { deploymentTargets }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const found = await deploymentTargets.listDeploymentTargets(call, params.id, filterOf(query), page)
    return toPage(page, found, presentDeploymentTarget)
  },
})

export const listProjectTargets = operation({
  tag,
  summary: 'List where the deployments of a project can go',
  description: 'All deployment targets of its tenant.',
  params: OfId,
  query,
  status: 200,
  response: PageOf(DeploymentTarget),
  async handle({ params, query, call }, { deploymentTargets }) {
    const page = readList(query, ['id', 'name'], 'id')
    const found = await deploymentTargets.listProjectTargets(call, params.id, filterOf(query), page)
    return toPage(page, found, presentDeploymentTarget)
  },
})

export const createTarget = operation({
  tag,
  summary: 'Create a deployment target',
  description:
    'For a cluster whose agent reports. The tenant’s own that has this `cluster_id` is answered as it is, so an agent may ask again whenever it starts.',
  params: OfId,
  body: NewDeploymentTarget,
  status: 201,
  response: DeploymentTarget,
  handle: async ({ params, body, call }, { deploymentTargets }) =>
    presentDeploymentTarget(
      await deploymentTargets.createDeploymentTarget(call, {
        ...{ workspaceId: params.id, name: body.name, clusterId: body.cluster_id },
        ...{ tlsRequired: body.tls_required, tlsIssuer: body.tls_issuer },
        agentVersion: body.teleport_agent_version,
      }),
    ),
})

export const getTarget = operation({
  tag,
  summary: 'Get a deployment target',
  params: OfId,
  status: 200,
  response: DeploymentTarget,
  handle: async ({ params, call }, { deploymentTargets }) =>
    presentDeploymentTarget(await deploymentTargets.getDeploymentTarget(call, params.id)),
})

export const patchTarget = operation({
  tag,
  summary: 'Change a deployment target',
  description: 'What is left out stays.',
  params: OfId,
  body: DeploymentTargetChanges,
  status: 200,
  response: DeploymentTarget,
  handle: async ({ params, body, call }, { deploymentTargets }) =>
    presentDeploymentTarget(
      await deploymentTargets.updateDeploymentTarget(call, params.id, {
        ...{ name: body.name, tlsRequired: body.tls_required, tlsIssuer: body.tls_issuer },
      }),
    ),
})

export const renameTarget = operation({
  tag,
  summary: 'Rename a deployment target (deprecated)',
  params: OfId,
  body: Type.Object({ name: Named }),
  status: 201,
  response: DeploymentTarget,
  handle: async ({ params, body: { name }, call }, { deploymentTargets }) =>
    presentDeploymentTarget(await deploymentTargets.updateDeploymentTarget(call, params.id, { name })),
})

export const deleteTarget = operation({
  tag,
  summary: 'Delete a deployment target',
  description:
    'One that is unhealthy and holds neither deployments nor backups. Hosts stay while they have joined.',
  params: OfId,
  status: 204,
  async handle({ params, call }, { deploymentTargets }) {
    await deploymentTargets.deleteDeploymentTarget(call, params.id)
  },
})
