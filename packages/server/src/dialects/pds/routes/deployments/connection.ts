import { operation } from '../../operation.ts'
import { presentConnectionInfo } from '../../presenters/connection-info.ts'
import { presentStatus } from '../../presenters/deployment.ts'
import { ConnectionInfo, Credentials, DeploymentStatus } from '../../schemas/deployment.ts'
import { OfId } from '../../schemas/wire.ts'

const tag = 'Deployments'

export const getConnectionInfo = operation({
  tag,
  summary: 'Get where a deployment is found',
  description:
    'Connection strings have no password. Refused (409) of a deployment that is only written down.',
  params: OfId,
  status: 200,
  response: ConnectionInfo,
  handle: async ({ params, call }, { deployments }) =>
    presentConnectionInfo(await deployments.getConnection(call, params.id.toLowerCase())),
})

export const getCredentials = operation({
  tag,
  summary: 'Get the password of a deployment',
  description: 'For those who may change it. Refused (409) of a deployment that is only written down.',
  params: OfId,
  status: 200,
  response: Credentials,
  handle: async ({ params, call }, { deployments }) => ({
    password: await deployments.showPassword(call, params.id.toLowerCase()),
  }),
})

export const getDeploymentStatus = operation({
  tag,
  summary: 'Get how a deployment is',
  description: 'A server that is asleep is Available: a connection wakes it.',
  params: OfId,
  status: 200,
  response: DeploymentStatus,
  async handle({ params, call }, { deployments }) {
    const found = await deployments.getDeployment(call, params.id.toLowerCase())
    return presentStatus(found, found.localOnly ? await deployments.findReport(found.id) : undefined)
  },
})
