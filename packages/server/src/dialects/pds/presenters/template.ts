import {
  type ConfigurationContent,
  type PolicySample,
  type ResourcesContent,
  SAMPLES_AT,
  SAMPLES_VERSION,
  type StorageContent,
  type Template,
  type TemplateContents,
  type TemplateKind,
} from '../../../domain/templates/index.ts'
import { timestamp } from '../timestamp.ts'

type Copied<Kind extends TemplateKind> = {
  readonly name: string
  readonly dataServiceId: string | null
  readonly content: TemplateContents[Kind]
}

export const presentQuantities = (content: ResourcesContent) => ({
  cpu_request: content.cpuRequest,
  cpu_limit: content.cpuLimit,
  memory_request: content.memoryRequest,
  memory_limit: content.memoryLimit,
  storage_request: content.storageRequest,
})

export const presentStorageOptions = ({ fs, fg, repl, provisioner, secure }: StorageContent) => ({
  ...{ fs, fg, repl, provisioner, secure },
})

const presentItems = ({ items }: ConfigurationContent) =>
  items.map(({ key, value, deployTime }) => ({ key, value, deploy_time: deployTime }))

const ofDataService = ({ name, dataServiceId }: Copied<TemplateKind>) => ({
  name,
  data_service_id: dataServiceId ?? '',
})

const configurationOf = (found: Copied<'configuration'>) => ({
  ...ofDataService(found),
  config_items: presentItems(found.content),
})
const resourcesOf = (found: Copied<'resources'>) => ({
  ...ofDataService(found),
  ...presentQuantities(found.content),
})
const storageOf = ({ name, content }: Copied<'storage'>) => ({ name, ...presentStorageOptions(content) })

const stored = (found: Template) => ({
  id: found.id,
  tenant_id: found.workspaceId,
  account_id: found.organizationId,
  created_at: timestamp(found.createdAt),
  updated_at: timestamp(found.updatedAt),
})
/** All samples change together, with a release. */
const published = () => ({
  created: timestamp(SAMPLES_AT),
  updated: timestamp(SAMPLES_AT),
  version: SAMPLES_VERSION,
})

export const presentConfiguration = (found: Template<'configuration'>) => ({
  ...stored(found),
  ...configurationOf(found),
})
export const presentResources = (found: Template<'resources'>) => ({
  ...stored(found),
  ...resourcesOf(found),
})
export const presentStorage = (found: Template<'storage'>) => ({ ...stored(found), ...storageOf(found) })

export const presentConfigurationSample = (sample: Copied<'configuration'>) => ({
  ...published(),
  ...configurationOf(sample),
})
export const presentResourcesSample = (sample: Copied<'resources'>) => ({
  ...published(),
  ...resourcesOf(sample),
})
export const presentStorageSample = (sample: Copied<'storage'>) => ({ ...published(), ...storageOf(sample) })

export const presentPolicySample = ({ name, schedules }: PolicySample) => ({
  ...published(),
  name,
  schedules: schedules.map(({ id, type, schedule, retentionCount }) => ({
    ...{ id, type, schedule },
    retention_count: retentionCount,
  })),
})
