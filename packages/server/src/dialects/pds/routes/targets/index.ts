import type { Operations } from '../../operation.ts'
import * as agent from './agent.ts'
import * as namespaces from './namespaces.ts'
import * as reports from './reports.ts'
import * as targets from './targets.ts'

export const targetOperations: Operations = {
  listTenantTargets: ['GET', '/api/tenants/{id}/deployment-targets', targets.listTenantTargets],
  createTarget: ['POST', '/api/tenants/{id}/deployment-targets', targets.createTarget],
  listProjectTargets: ['GET', '/api/projects/{id}/deployment-targets', targets.listProjectTargets],
  getTarget: ['GET', '/api/deployment-targets/{id}', targets.getTarget],
  patchTarget: ['PATCH', '/api/deployment-targets/{id}', targets.patchTarget],
  renameTarget: ['PUT', '/api/deployment-targets/{id}', targets.renameTarget],
  deleteTarget: ['DELETE', '/api/deployment-targets/{id}', targets.deleteTarget],

  getTargetConfig: ['GET', '/api/deployment-targets/{id}/config', agent.getTargetConfig],
  getTargetCredentials: ['GET', '/api/deployment-targets/{id}/credentials', agent.getTargetCredentials],
  agentHeartbeat: ['POST', '/api/deployment-targets/{id}/heartbeat', agent.agentHeartbeat],
  operatorHeartbeat: ['POST', '/api/deployment-targets/{id}/operator-heartbeat', agent.operatorHeartbeat],
  reportAgentMetadata: ['PATCH', '/api/deployment-targets/{id}/agent-metadata', agent.reportAgentMetadata],
  reportOperatorMetadata: [
    'PATCH',
    '/api/deployment-targets/{id}/operator-metadata',
    agent.reportOperatorMetadata,
  ],
  reportMetadata: ['POST', '/api/deployment-targets/{id}/metadata', agent.reportMetadata],
  reportCapabilities: ['POST', '/api/deployment-targets/{id}/update-capabilities', agent.reportCapabilities],

  uploadEvents: ['POST', '/api/deployment-targets/{id}/deployment/events', reports.uploadEvents],
  getLastSynced: ['GET', '/api/deployment-targets/{id}/events/last-synced-time', reports.getLastSynced],
  listDeploymentEvents: ['GET', '/api/deployments/{id}/events', reports.listDeploymentEvents],
  updateManifest: ['POST', '/api/deployments/{id}/update-manifest', reports.updateManifest],

  listNamespaces: ['GET', '/api/deployment-targets/{id}/namespaces', namespaces.listNamespaces],
  createNamespace: ['POST', '/api/deployment-targets/{id}/namespaces', namespaces.createNamespace],
  getNamespace: ['GET', '/api/namespaces/{id}', namespaces.getNamespace],
  updateNamespace: ['PUT', '/api/namespaces/{id}', namespaces.updateNamespace],
  deleteNamespace: ['DELETE', '/api/namespaces/{id}', namespaces.deleteNamespace],
}
