import { Type } from 'typebox'
import { USUAL_STORAGE } from '../../../../domain/templates/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentStorage } from '../../presenters/template.ts'
import { givenStorage, StorageTemplate } from '../../schemas/template.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'StorageOptionsTemplates'
const kind = 'storage'

export const listStorageTemplates = operation({
  tag,
  summary: 'List the storage options of a tenant',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
    provisioner: Type.Optional(Type.String({ description: 'Any of these, with commas between them.' })),
  }),
  status: 200,
  response: PageOf(StorageTemplate),
  async handle({ params, query, call }, { templates }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const { id, name, provisioner } = query
    const provisioners = provisioner ? provisioner.split(',') : undefined
    const filter = { workspaceId: params.id, kind, id, name, provisioners } as const
    return toPage(page, await templates.listTemplates(call, filter, page), presentStorage)
  },
})

export const createStorageTemplate = operation({
  tag,
  summary: 'Create storage options',
  description: `What is left out is ${Object.entries(USUAL_STORAGE)
    .map(([field, value]) => `${field} ${value}`)
    .join(', ')}.`,
  params: OfId,
  body: Type.Object({ name: Type.String(), ...givenStorage }),
  status: 201,
  response: StorageTemplate,
  async handle({ params, body, call }, { templates }) {
    const { name, fs, fg, repl, provisioner, secure } = body
    const content = {
      ...{ fs: fs ?? USUAL_STORAGE.fs, fg: fg ?? USUAL_STORAGE.fg, repl: repl ?? USUAL_STORAGE.repl },
      ...{ provisioner: provisioner ?? USUAL_STORAGE.provisioner, secure: secure ?? USUAL_STORAGE.secure },
    }
    return presentStorage(
      await templates.createTemplate(call, {
        ...{ workspaceId: params.id, kind, name, dataServiceId: null, content },
      }),
    )
  },
})

export const getStorageTemplate = operation({
  tag,
  summary: 'Get storage options',
  params: OfId,
  status: 200,
  response: StorageTemplate,
  handle: async ({ params, call }, { templates }) =>
    presentStorage(await templates.getTemplate(call, { kind, id: params.id })),
})

export const updateStorageTemplate = operation({
  tag,
  summary: 'Change storage options',
  description: 'Fields that are left out stay. Deployments that were made with it stay as they are.',
  params: OfId,
  body: Type.Object({ name: Type.Optional(Type.String()), ...givenStorage }),
  status: 200,
  response: StorageTemplate,
  async handle({ params, body, call }, { templates }) {
    const { name, fs, fg, repl, provisioner, secure } = body
    const content = { fs, fg, repl, provisioner, secure }
    return presentStorage(await templates.updateTemplate(call, { kind, id: params.id }, { name, content }))
  },
})

export const deleteStorageTemplate = operation({
  tag,
  summary: 'Delete storage options',
  params: OfId,
  status: 204,
  handle: ({ params, call }, { templates }) => templates.deleteTemplate(call, { kind, id: params.id }),
})
