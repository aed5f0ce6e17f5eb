import { Type } from 'typebox'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentResources } from '../../presenters/template.ts'
import { quantities, ResourcesTemplate } from '../../schemas/template.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'ResourceSettingsTemplates'
const kind = 'resources'

export const listResourcesTemplates = operation({
  tag,
  summary: 'List the resource settings of a tenant',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
    data_service_id: Type.Optional(Uuid),
  }),
  status: 200,
  response: PageOf(ResourcesTemplate),
  async handle({ params, query, call }, { templates }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const { id, name, data_service_id: dataServiceId } = query
    const filter = { workspaceId: params.id, kind, id, name, dataServiceId } as const
    return toPage(page, await templates.listTemplates(call, filter, page), presentResources)
  },
})

export const createResourcesTemplate = operation({
  tag,
  summary: 'Create resource settings',
  description: 'What is requested must not be above the limit.',
  params: OfId,
  body: Type.Object({ name: Type.String(), data_service_id: Uuid, ...quantities }),
  status: 201,
  response: ResourcesTemplate,
  async handle({ params, body, call }, { templates }) {
    const { name, data_service_id: dataServiceId } = body
    const content = {
      ...{ cpuRequest: body.cpu_request, cpuLimit: body.cpu_limit },
      ...{ memoryRequest: body.memory_request, memoryLimit: body.memory_limit },
      storageRequest: body.storage_request,
    }
    return presentResources(
      await templates.createTemplate(call, { workspaceId: params.id, kind, name, dataServiceId, content }),
    )
  },
})

export const getResourcesTemplate = operation({
  tag,
  summary: 'Get resource settings',
  params: OfId,
  status: 200,
  response: ResourcesTemplate,
  handle: async ({ params, call }, { templates }) =>
    presentResources(await templates.getTemplate(call, { kind, id: params.id })),
})

export const updateResourcesTemplate = operation({
  tag,
  summary: 'Change resource settings',
  description: 'Fields that are left out stay. Deployments that were made with it stay as they are.',
  params: OfId,
  body: Type.Partial(Type.Object({ name: Type.String(), ...quantities })),
  status: 200,
  response: ResourcesTemplate,
  async handle({ params, body, call }, { templates }) {
    const content = {
      ...{ cpuRequest: body.cpu_request, cpuLimit: body.cpu_limit },
      ...{ memoryRequest: body.memory_request, memoryLimit: body.memory_limit },
      storageRequest: body.storage_request,
    }
    return presentResources(
      await templates.updateTemplate(call, { kind, id: params.id }, { name: body.name, content }),
    )
  },
})

export const deleteResourcesTemplate = operation({
  tag,
  summary: 'Delete resource settings',
  params: OfId,
  status: 204,
  handle: ({ params, call }, { templates }) => templates.deleteTemplate(call, { kind, id: params.id }),
})
