import { Type } from 'typebox'
import { DEPLOYMENT_SORTS } from '../../../../domain/deployments/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { deploymentPresenter } from '../../presenters/deployment.ts'
import { Deployment, DeploymentChanges, NewDeployment } from '../../schemas/deployment.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'
import { readExpand } from './expand.ts'
import { readScheduledBackup, readTemplates, readWish } from './read-wish.ts'

const tag = 'Deployments'
const description =
  'Answers at once; the deployment is pending until a login with its credential has succeeded. Without a template the server has what is usual for it. With the header Local-Only: true it is only written down, for account-admins.'

export const createProjectDeployment = operation({
  tag,
  summary: 'Create a deployment in a project',
  description,
  params: OfId,
  body: NewDeployment,
  status: 201,
  response: Deployment,
  async handle({ params, body, call, localOnly }, { deployments }) {
    const wish = { ...readWish(body, localOnly), projectId: params.id.toLowerCase() }
    return deploymentPresenter()(await deployments.createDeployment(call, wish))
  },
})

export const createDeployment = operation({
  tag,
  summary: 'Create a deployment',
  description: `In the oldest project of the namespace’s tenant in which the caller may. ${description}`,
  body: NewDeployment,
  status: 201,
  response: Deployment,
  async handle({ body, call, localOnly }, { deployments }) {
    return deploymentPresenter()(await deployments.createDeployment(call, readWish(body, localOnly)))
  },
})

export const listDeployments = operation({
  tag,
  summary: 'List the deployments of a project',
  description: 'Databases that were made through another API are there, too.',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    expand: Type.Optional(
      Type.String({ description: 'deployment_target, namespace, with a comma between.' }),
    ),
    id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
    cluster_resource_name: Type.Optional(Type.String()),
    data_service_id: Type.Optional(Uuid),
    deployment_target_id: Type.Optional(Uuid),
    namespace_id: Type.Optional(Uuid),
    image_id: Type.Optional(Uuid),
    state: Type.Optional(
      Type.Union([Type.Literal('pending'), Type.Literal('created'), Type.Literal('failed')]),
    ),
  }),
  status: 200,
  response: PageOf(Deployment),
  async handle({ params, query, call }, { deployments }) {
    const page = readList(query, DEPLOYMENT_SORTS)
    const expand = readExpand(query.expand, ['deployment_target', 'namespace'])
    const filter = {
      projectId: params.id.toLowerCase(),
      id: query.id,
      name: query.name,
      clusterResourceName: query.cluster_resource_name,
      dataServiceId: query.data_service_id,
      deploymentTargetId: query.deployment_target_id,
      namespaceId: query.namespace_id,
      imageId: query.image_id,
      state: query.state,
    }
    const found = await deployments.listDeployments(call, filter, page)
    const places = expand.size > 0 ? await deployments.placesOf(found.items) : undefined
    const present = deploymentPresenter({
      ...(places && expand.has('deployment_target') ? { targets: places.targets } : {}),
      ...(places && expand.has('namespace') ? { namespaces: places.namespaces } : {}),
    })
    return toPage(page, found, present)
  },
})

export const getDeployment = operation({
  tag,
  summary: 'Get a deployment',
  params: OfId,
  query: Type.Object({
    expand: Type.Optional(
      Type.String({ description: 'deployment_target, namespace, deployment_manifest, with commas between.' }),
    ),
  }),
  status: 200,
  response: Deployment,
  async handle({ params, query, call }, { deployments }) {
    const expand = readExpand(query.expand, ['deployment_target', 'namespace', 'deployment_manifest'])
    const found = await deployments.getDeployment(call, params.id.toLowerCase())
    const places =
      expand.has('deployment_target') || expand.has('namespace')
        ? await deployments.placesOf([found])
        : undefined
    return deploymentPresenter({
      ...(places && expand.has('deployment_target') ? { targets: places.targets } : {}),
      ...(places && expand.has('namespace') ? { namespaces: places.namespaces } : {}),
      ...(expand.has('deployment_manifest')
        ? { manifest: { report: await deployments.findReport(found.id) } }
        : {}),
    })(found)
  },
})

export const updateDeployment = operation({
  tag,
  summary: 'Change a deployment',
  description:
    'What is left out stays as it is. Storage only grows. `scheduled_backup` without ids, or null, ends scheduled backups. With the header Local-Only: true only what is written down changes, for account-admins.',
  params: OfId,
  body: DeploymentChanges,
  status: 201,
  response: Deployment,
  async handle({ params, body, call, localOnly }, { deployments }) {
    const changed = await deployments.updateDeployment(call, params.id.toLowerCase(), {
      templates: readTemplates(body),
      imageId: body.image_id,
      nodeCount: body.node_count,
      scheduledBackup: readScheduledBackup(body.scheduled_backup),
      tlsEnabled: body.tls_enabled,
      localOnly,
    })
    return deploymentPresenter()(changed)
  },
})

export const deleteDeployment = operation({
  tag,
  summary: 'Delete a deployment',
  description:
    'It is not found from now on; its host removes it as soon as it can, and need not be there now, whether or not `force` is given. Its backups stay.',
  params: OfId,
  query: Type.Object({ force: Type.Optional(Type.String({ description: 'true or false.' })) }),
  status: 202,
  async handle({ params, call }, { deployments }) {
    await deployments.deleteDeployment(call, params.id.toLowerCase())
  },
})
