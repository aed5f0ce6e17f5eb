import { Type } from 'typebox'
import { operation } from '../../operation.ts'
import {
  presentConfigurationSample,
  presentPolicySample,
  presentResourcesSample,
  presentStorageSample,
} from '../../presenters/template.ts'
import {
  BackupPolicySample,
  ConfigurationSample,
  ResourcesSample,
  StorageSample,
} from '../../schemas/template.ts'
import { ListOf, Uuid } from '../../schemas/wire.ts'

const tag = 'SampleTemplates'
const query = Type.Object({ data_service_id: Type.Optional(Uuid) })

export const listConfigurationSamples = operation({
  tag,
  summary: 'List the application configurations that new tenants are given',
  query,
  status: 200,
  response: ListOf(ConfigurationSample),
  async handle({ query, call }, { templates }) {
    const which = { kind: 'configuration', dataServiceId: query.data_service_id } as const
    return { data: templates.listSamples(call, which).map(presentConfigurationSample) }
  },
})

export const listResourcesSamples = operation({
  tag,
  summary: 'List the resource settings that new tenants are given',
  query,
  status: 200,
  response: ListOf(ResourcesSample),
  async handle({ query, call }, { templates }) {
    const which = { kind: 'resources', dataServiceId: query.data_service_id } as const
    return { data: templates.listSamples(call, which).map(presentResourcesSample) }
  },
})

export const listStorageSamples = operation({
  tag,
  summary: 'List the storage options that new tenants are given',
  status: 200,
  response: ListOf(StorageSample),
  handle: async ({ call }, { templates }) => ({
    data: templates.listSamples(call, { kind: 'storage' }).map(presentStorageSample),
  }),
})

export const listPolicySamples = operation({
  tag,
  summary: 'List backup policies to begin with',
  status: 200,
  response: ListOf(BackupPolicySample),
  handle: async ({ call }, { templates }) => ({
    data: templates.listPolicySamples(call).map(presentPolicySample),
  }),
})
