import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { readPage, toList } from '../pagination.ts'
import { presentConnection, presentConnectionWithSecret } from '../presenters/connection.ts'
import { Connection, ConnectionWithSecret, CreateConnection, NameConnection } from '../schemas/connection.ts'
import { Data, List, PageQuery } from '../schemas/envelope.ts'
import { Filter, IdInput } from '../schemas/input.ts'

const tag = 'Connections'
const params = Type.Object({ id: IdInput('con', 'connection') })
const databaseParams = Type.Object({ databaseId: IdInput('db', 'database') })

export const listConnections = operation({
  tag,
  summary: 'List connections',
  description: 'All connections the token can reach, without secrets.',
  query: Type.Object({ ...PageQuery, databaseId: Filter('Only the connections of this database.') }),
  status: 200,
  response: List(Connection),
  async handle({ call, query, ids, links }, { databases }) {
    const databaseId = query.databaseId ? ids.read('database', query.databaseId) : undefined
    const page = await databases.listCredentials(call, { databaseId, page: readPage(query) })
    return toList(page, (credential) => presentConnection(links, credential))
  },
})

export const createConnection = operation({
  tag,
  summary: 'Create a connection',
  description: 'A login of its own, which works at once. The secret is shown this once.',
  body: CreateConnection,
  status: 201,
  response: Data(ConnectionWithSecret),
  async handle({ call, body, ids, links }, { databases }) {
    const databaseId = ids.read('database', body.databaseId)
    const credential = await databases.createCredential(call, { databaseId, name: body.name })
    return { data: presentConnectionWithSecret(links, credential) }
  },
})

export const listDatabaseConnections = operation({
  tag,
  summary: 'List the connections of a database',
  description: 'Without secrets.',
  params: databaseParams,
  query: Type.Object(PageQuery),
  status: 200,
  response: List(Connection),
  async handle({ call, params, query, ids, links }, { databases }) {
    const databaseId = ids.read('database', params.databaseId)
    const page = readPage(query)
    await databases.getDatabase(call, databaseId)
    const found = await databases.listCredentials(call, { databaseId, page })
    return toList(found, (credential) => presentConnection(links, credential))
  },
})

export const createDatabaseConnection = operation({
  tag,
  summary: 'Create a connection of a database',
  description: 'The older form of `POST /v1/connections`, which answers 200.',
  params: databaseParams,
  body: NameConnection,
  status: 200,
  response: Data(ConnectionWithSecret),
  async handle({ call, params, body, ids, links }, { databases }) {
    const databaseId = ids.read('database', params.databaseId)
    const credential = await databases.createCredential(call, { databaseId, name: body.name })
    return { data: presentConnectionWithSecret(links, credential) }
  },
})

export const getConnection = operation({
  tag,
  summary: 'Get a connection',
  description: 'Without its secret.',
  params,
  status: 200,
  response: Data(Connection),
  async handle({ call, params, ids, links }, { databases }) {
    const credential = await databases.getCredential(call, ids.read('connection', params.id))
    return { data: presentConnection(links, credential) }
  },
})

export const deleteConnection = operation({
  tag,
  summary: 'Delete a connection',
  description: 'Its login stops working and its sessions end.',
  params,
  status: 204,
  async handle({ call, params, ids }, { databases }) {
    await databases.deleteCredential(call, ids.read('connection', params.id))
  },
})

export const rotateConnection = operation({
  tag,
  summary: 'Rotate the secret of a connection',
  description: 'The id stays; the old password stops working and its sessions end.',
  params,
  status: 200,
  response: Data(ConnectionWithSecret),
  async handle({ call, params, ids, links }, { databases }) {
    const credential = await databases.rotateCredential(call, ids.read('connection', params.id))
    return { data: presentConnectionWithSecret(links, credential) }
  },
})
