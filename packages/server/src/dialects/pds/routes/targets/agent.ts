import { operation } from '../../operation.ts'
import {
  AgentMetadata,
  Heartbeat,
  HeartbeatAnswer,
  JoinCredentials,
  Metadata,
  OperatorMetadata,
  ReportedCapabilities,
  TargetConfig,
} from '../../schemas/deployment-target.ts'
import { OfId } from '../../schemas/wire.ts'

const tag = 'DeploymentTargets'
const NO_TELEPORT = { teleport_ca_pin: '', teleport_join_token: '', teleport_proxy_addr: '' }

export const getTargetConfig = operation({
  tag,
  summary: 'Get what a deployment target’s agent is configured with',
  params: OfId,
  status: 200,
  response: TargetConfig,
  async handle({ params, call }, { deploymentTargets }) {
    await deploymentTargets.requireReporter(call, params.id)
    return { ...NO_TELEPORT, observability_url: '' }
  },
})

export const getTargetCredentials = operation({
  tag,
  summary: 'Get what a deployment target’s agent joins with (deprecated)',
  params: OfId,
  status: 200,
  response: JoinCredentials,
  async handle({ params, call }, { deploymentTargets }) {
    await deploymentTargets.requireReporter(call, params.id)
    return NO_TELEPORT
  },
})

const heartbeat = (from: 'agent' | 'operator', summary: string) =>
  operation({
    tag,
    summary,
    description:
      'A host is known to live by its agent’s own connection: it is answered, and nothing is noted.',
    params: OfId,
    body: Heartbeat,
    status: 200,
    response: HeartbeatAnswer,
    async handle({ params: { id }, body: { cluster_id }, call }, { deploymentTargets }) {
      const { name, clusterId } = await deploymentTargets.noteHeartbeat(call, {
        id,
        clusterId: cluster_id,
        from,
      })
      return { cluster_id: clusterId, name }
    },
  })

export const agentHeartbeat = heartbeat('agent', 'Tell that a deployment target’s agent lives')
export const operatorHeartbeat = heartbeat('operator', 'Tell that a deployment target’s operator lives')

export const reportAgentMetadata = operation({
  tag,
  summary: 'Tell what a deployment target’s agent knows of its cluster',
  description: 'What is left out stays.',
  params: OfId,
  body: AgentMetadata,
  status: 204,
  async handle({ params: { id }, body: metadata, call }, { deploymentTargets }) {
    await deploymentTargets.reportMetadata(call, { id, metadata })
  },
})

export const reportOperatorMetadata = operation({
  tag,
  summary: 'Tell what a deployment target’s operator knows of its cluster',
  description: 'What is left out stays.',
  params: OfId,
  body: OperatorMetadata,
  status: 204,
  async handle({ params: { id }, body, call }, { deploymentTargets }) {
    const { cluster_id: clusterId, ...metadata } = body
    await deploymentTargets.reportMetadata(call, { id, clusterId, metadata })
  },
})

export const reportMetadata = operation({
  tag,
  summary: 'Tell what is known of a deployment target’s cluster (deprecated)',
  params: OfId,
  body: Metadata,
  status: 204,
  async handle({ params: { id }, body, call }, { deploymentTargets }) {
    const { cluster_id: clusterId, ...metadata } = body
    await deploymentTargets.reportMetadata(call, { id, clusterId, metadata })
  },
})

export const reportCapabilities = operation({
  tag,
  summary: 'Tell what a deployment target can',
  description: 'In place of all that it told before.',
  params: OfId,
  body: ReportedCapabilities,
  status: 204,
  async handle({ params: { id }, body: capabilities, call }, { deploymentTargets }) {
    await deploymentTargets.reportCapabilities(call, { id, capabilities })
  },
})
