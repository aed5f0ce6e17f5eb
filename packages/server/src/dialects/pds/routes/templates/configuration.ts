import { type Static, Type } from 'typebox'
import type { ConfigurationContent } from '../../../../domain/templates/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentConfiguration } from '../../presenters/template.ts'
import { ConfigurationTemplate, GivenConfigItem } from '../../schemas/template.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'ApplicationConfigurationTemplates'
const kind = 'configuration'

const readItems = (given: readonly Static<typeof GivenConfigItem>[]): ConfigurationContent['items'] =>
  given.map(({ key, value = '', deploy_time: deployTime = false }) => ({ key, value, deployTime }))

export const listConfigurationTemplates = operation({
  tag,
  summary: 'List the application configurations of a tenant',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
    data_service_id: Type.Optional(Uuid),
  }),
  status: 200,
  response: PageOf(ConfigurationTemplate),
  async handle({ params, query, call }, { templates }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const { id, name, data_service_id: dataServiceId } = query
    const filter = { workspaceId: params.id, kind, id, name, dataServiceId } as const
    return toPage(page, await templates.listTemplates(call, filter, page), presentConfiguration)
  },
})

export const createConfigurationTemplate = operation({
  tag,
  summary: 'Create an application configuration',
  description: 'Keys and values are those of the server that the data service runs on: others are refused.',
  params: OfId,
  body: Type.Object({
    name: Type.String(),
    data_service_id: Uuid,
    config_items: Type.Optional(Type.Array(GivenConfigItem)),
  }),
  status: 201,
  response: ConfigurationTemplate,
  async handle({ params, body, call }, { templates }) {
    const { name, data_service_id: dataServiceId, config_items: given = [] } = body
    const content = { items: readItems(given) }
    return presentConfiguration(
      await templates.createTemplate(call, { workspaceId: params.id, kind, name, dataServiceId, content }),
    )
  },
})

export const getConfigurationTemplate = operation({
  tag,
  summary: 'Get an application configuration',
  params: OfId,
  status: 200,
  response: ConfigurationTemplate,
  handle: async ({ params, call }, { templates }) =>
    presentConfiguration(await templates.getTemplate(call, { kind, id: params.id })),
})

export const updateConfigurationTemplate = operation({
  tag,
  summary: 'Change an application configuration',
  description: 'Items are replaced as a whole. Deployments that were made with it stay as they are.',
  params: OfId,
  body: Type.Object({
    name: Type.Optional(Type.String()),
    config_items: Type.Optional(Type.Array(GivenConfigItem)),
  }),
  status: 200,
  response: ConfigurationTemplate,
  async handle({ params, body: { name, config_items: given }, call }, { templates }) {
    const content = { items: given && readItems(given) }
    return presentConfiguration(
      await templates.updateTemplate(call, { kind, id: params.id }, { name, content }),
    )
  },
})

export const deleteConfigurationTemplate = operation({
  tag,
  summary: 'Delete an application configuration',
  params: OfId,
  status: 204,
  handle: ({ params, call }, { templates }) => templates.deleteTemplate(call, { kind, id: params.id }),
})
