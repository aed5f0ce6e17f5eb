import { Type } from 'typebox'
import type { CredentialWithPassword } from '../../../domain/databases/index.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { presentCredential } from '../presenters.ts'
import { CreateCredential, CreatedCredential, Credential } from '../schemas/database.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'

const tag = 'Credentials'
/** Those of databases in quarantine, too: this API tells them apart. */
const ANY = { quarantined: 'any' } as const

const presentCreated = (credential: CredentialWithPassword) => ({
  ...presentCredential(credential),
  password: credential.password,
  connectionString: credential.connectionString,
})

export const listCredentials = operation({
  tag,
  summary: 'List the logins of a database',
  params: IdParams,
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(Credential),
  async handle({ call, params, query }, { databases }) {
    const databaseId = readId('database', params.id)
    const page = await databases.listCredentials(call, { databaseId, ...ANY, page: readPage(query) })
    return presentPage(page, presentCredential)
  },
})

export const createCredential = operation({
  tag,
  summary: 'Create a login',
  description: 'It works when the answer arrives.',
  params: IdParams,
  body: CreateCredential,
  status: 201,
  response: CreatedCredential,
  async handle({ call, params, body }, { databases }) {
    const databaseId = readId('database', params.id)
    return presentCreated(await databases.createCredential(call, { databaseId, ...body }, ANY))
  },
})

export const rotateCredential = operation({
  tag,
  summary: 'Give a login another password',
  description: 'Sessions with the old one end.',
  params: IdParams,
  status: 200,
  response: CreatedCredential,
  async handle({ call, params }, { databases }) {
    return presentCreated(await databases.rotateCredential(call, readId('credential', params.id), ANY))
  },
})

export const deleteCredential = operation({
  tag,
  summary: 'Delete a login',
  description: 'Its sessions end. What it made in the database stays.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { databases }) {
    await databases.deleteCredential(call, readId('credential', params.id), ANY)
  },
})
