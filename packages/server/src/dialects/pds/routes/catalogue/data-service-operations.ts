import { Type } from 'typebox'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentCompatible, presentDataService, presentVersion } from '../../presenters/catalogue.ts'
import { CompatibleVersions, DataService, Version } from '../../schemas/catalogue.ts'
import { ListOf, listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

export const listDataServices = operation({
  tag: 'DataServices',
  summary: 'List data services',
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
    short_name: Type.Optional(Type.String()),
    has_incremental_backup: Type.Optional(Type.Boolean()),
    has_full_backup: Type.Optional(Type.Boolean()),
    coming_soon: Type.Optional(Type.Boolean()),
  }),
  status: 200,
  response: PageOf(DataService),
  async handle({ query, call }, { catalogue }) {
    const page = readList(query, ['id', 'name', 'short_name', 'created_at'])
    const filter = {
      ...{ id: query.id, name: query.name, shortName: query.short_name, comingSoon: query.coming_soon },
      hasFullBackup: query.has_full_backup,
      hasIncrementalBackup: query.has_incremental_backup,
    }
    return toPage(page, await catalogue.listDataServices(call, filter, page), presentDataService)
  },
})

export const getDataService = operation({
  tag: 'DataServices',
  summary: 'Get a data service',
  params: OfId,
  status: 200,
  response: DataService,
  handle: async ({ params, call }, { catalogue }) =>
    presentDataService(await catalogue.getDataService(call, params.id)),
})

export const listDataServiceVersions = operation({
  tag: 'Versions',
  summary: 'List the versions of a data service',
  description:
    'Of those that hosts can run, the versions that hosts have told of; of others, published ones.',
  params: OfId,
  query: Type.Object({
    ...listQuery,
    id: Type.Optional(Uuid),
    name: Type.Optional(Type.String()),
    enabled: Type.Optional(Type.Boolean()),
  }),
  status: 200,
  response: PageOf(Version),
  async handle({ params, query, call }, { catalogue }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const { id, name, enabled } = query
    return toPage(
      page,
      await catalogue.listVersions(call, params.id, { id, name, enabled }, page),
      presentVersion,
    )
  },
})

export const getVersion = operation({
  tag: 'Versions',
  summary: 'Get a version',
  params: OfId,
  status: 200,
  response: Version,
  handle: async ({ params, call }, { catalogue }) =>
    presentVersion(await catalogue.getVersion(call, params.id)),
})

export const listCompatibleVersions = operation({
  tag: 'Versions',
  summary: 'List what versions can become',
  description: 'A version can become itself and newer ones of the same major version.',
  query: Type.Object({ data_service_id: Type.Optional(Uuid), version_id: Type.Optional(Uuid) }),
  status: 200,
  response: ListOf(CompatibleVersions),
  async handle({ query, call }, { catalogue }) {
    const filter = { dataServiceId: query.data_service_id, versionId: query.version_id }
    return { data: (await catalogue.listCompatible(call, filter)).map(presentCompatible) }
  },
})
