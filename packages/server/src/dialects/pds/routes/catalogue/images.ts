import { Type } from 'typebox'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentImage } from '../../presenters/catalogue.ts'
import { Image } from '../../schemas/catalogue.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'Images'
const SORTED_BY = ['id', 'name', 'created_at']

export const listImages = operation({
  tag,
  summary: 'List images',
  query: Type.Object({
    ...listQuery,
    data_service_id: Type.Optional(Uuid),
    version_id: Type.Optional(Uuid),
    latest: Type.Optional(
      Type.Boolean({
        description:
          'Only the newest of each version, all at once: limit, continuation, sort_by are ignored.',
      }),
    ),
  }),
  status: 200,
  response: PageOf(Image),
  async handle({ query, call }, { catalogue }) {
    // Each version has one image, which is its newest.
    const page = readList(query.latest ? {} : query, SORTED_BY)
    const filter = { dataServiceId: query.data_service_id, versionId: query.version_id }
    return toPage(page, await catalogue.listImages(call, filter, page), presentImage)
  },
})

export const listVersionImages = operation({
  tag,
  summary: 'List the images of a version',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
  }),
  status: 200,
  response: PageOf(Image),
  async handle({ params, query, call }, { catalogue }) {
    const page = readList(query, SORTED_BY)
    const filter = { ofVersion: params.id, id: query.id, name: query.name }
    return toPage(page, await catalogue.listImages(call, filter, page), presentImage)
  },
})

export const getImage = operation({
  tag,
  summary: 'Get an image',
  params: OfId,
  status: 200,
  response: Image,
  handle: async ({ params, call }, { catalogue }) => presentImage(await catalogue.getImage(call, params.id)),
})
