import type { Operations } from '../../operation.ts'
import { getConnectionInfo, getCredentials, getDeploymentStatus } from './connection.ts'
import {
  createDeployment,
  createProjectDeployment,
  deleteDeployment,
  getDeployment,
  listDeployments,
  updateDeployment,
} from './deployments.ts'

export const deploymentOperations: Operations = {
  createProjectDeployment: ['POST', '/api/projects/{id}/deployments', createProjectDeployment],
  createDeployment: ['POST', '/api/deployments', createDeployment],
  listDeployments: ['GET', '/api/projects/{id}/deployments', listDeployments],
  getDeployment: ['GET', '/api/deployments/{id}', getDeployment],
  updateDeployment: ['PUT', '/api/deployments/{id}', updateDeployment],
  deleteDeployment: ['DELETE', '/api/deployments/{id}', deleteDeployment],
  getConnectionInfo: ['GET', '/api/deployments/{id}/connection-info', getConnectionInfo],
  getCredentials: ['GET', '/api/deployments/{id}/credentials', getCredentials],
  getDeploymentStatus: ['GET', '/api/deployments/{id}/status', getDeploymentStatus],
}
