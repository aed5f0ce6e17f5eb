import { Type } from 'typebox'
import { operation } from '../../operation.ts'
import { presentDeploymentEvent } from '../../presenters/deployment-event.ts'
import { DeploymentEvent, EventsReport, LastSynced, ManifestReport } from '../../schemas/deployment-event.ts'
import { OfId } from '../../schemas/wire.ts'

export const uploadEvents = operation({
  tag: 'Events',
  summary: 'Tell what happened to the deployments of a deployment target',
  description:
    'An event that is known by its name gets the newer count and time. Deployments that are not on the target are passed over.',
  params: OfId,
  body: EventsReport,
  status: 204,
  async handle({ params: { id }, body, call }, { deployments }) {
    const reports = body.events.map(({ deployment_id, namespace, events }) => ({
      ...{ deploymentId: deployment_id, namespace },
      events: events.map(({ name, type, reason, message, count, timestamp, action = '', ...resource }) => ({
        ...{ name, type, reason, message, count, timestamp, action },
        ...{ resourceKind: resource.resource_kind, resourceName: resource.resource_name },
      })),
    }))
    await deployments.uploadEvents(call, id, reports)
  },
})

export const getLastSynced = operation({
  tag: 'Events',
  summary: 'Get when the newest event that a deployment target told of happened',
  params: OfId,
  status: 200,
  response: LastSynced,
  async handle({ params: { id }, call }, { deployments }) {
    const at = await deployments.lastSynced(call, id)
    return { timestamp: at === null ? 0 : Math.floor(at.getTime() / 1000) }
  },
})

export const listDeploymentEvents = operation({
  tag: 'Events',
  summary: 'List what happened to a deployment',
  description: 'Newest first, 1000 at most.',
  params: OfId,
  status: 200,
  response: Type.Array(DeploymentEvent),
  handle: async ({ params: { id }, call }, { deployments }) =>
    (await deployments.listDeploymentEvents(call, id)).map(presentDeploymentEvent),
})

export const updateManifest = operation({
  tag: 'DeploymentManifests',
  summary: 'Tell how a deployment that exists here on paper only is on its deployment target',
  description:
    'A report older than the last one changes nothing. For those who may report for the deployment target.',
  params: OfId,
  body: ManifestReport,
  status: 204,
  async handle({ params: { id: deploymentId }, body, call }, { deployments }) {
    await deployments.updateManifest(call, { deploymentId, ...body })
  },
})
