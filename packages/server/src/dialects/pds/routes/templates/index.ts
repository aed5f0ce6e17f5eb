import type { Operations } from '../../operation.ts'
import {
  createConfigurationTemplate,
  deleteConfigurationTemplate,
  getConfigurationTemplate,
  listConfigurationTemplates,
  updateConfigurationTemplate,
} from './configuration.ts'
import {
  createResourcesTemplate,
  deleteResourcesTemplate,
  getResourcesTemplate,
  listResourcesTemplates,
  updateResourcesTemplate,
} from './resources.ts'
import {
  listConfigurationSamples,
  listPolicySamples,
  listResourcesSamples,
  listStorageSamples,
} from './samples.ts'
import {
  createStorageTemplate,
  deleteStorageTemplate,
  getStorageTemplate,
  listStorageTemplates,
  updateStorageTemplate,
} from './storage.ts'

const SAMPLES = '/api/default-templates'
const CONFIGURATION = 'application-configuration-templates'
const RESOURCES = 'resource-settings-templates'
const STORAGE = 'storage-options-templates'

export const templateOperations: Operations = {
  listConfigurationSamples: ['GET', `${SAMPLES}/application-configuration`, listConfigurationSamples],
  listResourcesSamples: ['GET', `${SAMPLES}/resource-settings`, listResourcesSamples],
  listStorageSamples: ['GET', `${SAMPLES}/storage-options`, listStorageSamples],
  listPolicySamples: ['GET', `${SAMPLES}/backup-policies`, listPolicySamples],
  listConfigurationTemplates: ['GET', `/api/tenants/{id}/${CONFIGURATION}`, listConfigurationTemplates],
  createConfigurationTemplate: ['POST', `/api/tenants/{id}/${CONFIGURATION}`, createConfigurationTemplate],
  getConfigurationTemplate: ['GET', `/api/${CONFIGURATION}/{id}`, getConfigurationTemplate],
  updateConfigurationTemplate: ['PUT', `/api/${CONFIGURATION}/{id}`, updateConfigurationTemplate],
  deleteConfigurationTemplate: ['DELETE', `/api/${CONFIGURATION}/{id}`, deleteConfigurationTemplate],
  listResourcesTemplates: ['GET', `/api/tenants/{id}/${RESOURCES}`, listResourcesTemplates],
  createResourcesTemplate: ['POST', `/api/tenants/{id}/${RESOURCES}`, createResourcesTemplate],
  getResourcesTemplate: ['GET', `/api/${RESOURCES}/{id}`, getResourcesTemplate],
  updateResourcesTemplate: ['PUT', `/api/${RESOURCES}/{id}`, updateResourcesTemplate],
  deleteResourcesTemplate: ['DELETE', `/api/${RESOURCES}/{id}`, deleteResourcesTemplate],
  listStorageTemplates: ['GET', `/api/tenants/{id}/${STORAGE}`, listStorageTemplates],
  createStorageTemplate: ['POST', `/api/tenants/{id}/${STORAGE}`, createStorageTemplate],
  getStorageTemplate: ['GET', `/api/${STORAGE}/{id}`, getStorageTemplate],
  updateStorageTemplate: ['PUT', `/api/${STORAGE}/{id}`, updateStorageTemplate],
  deleteStorageTemplate: ['DELETE', `/api/${STORAGE}/{id}`, deleteStorageTemplate],
}
