import { Type } from 'typebox'
import type { OAuthApplication } from '../../../domain/access/index.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import {
  CreatedOAuthApplication,
  CreateOAuthApplication,
  OAuthApplication as OAuthApplicationBody,
} from '../schemas/access.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'

const tag = 'OAuth applications'

const presentApplication = (application: OAuthApplication) => ({
  id: application.id,
  clientId: application.clientId,
  name: application.name,
  redirectUris: [...application.redirectUris],
  confidential: application.confidential,
  createdAt: application.createdAt.toISOString(),
})

export const listOAuthApplications = operation({
  tag,
  summary: 'List OAuth applications',
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(OAuthApplicationBody),
  async handle({ call, query }, { access }) {
    return presentPage(await access.listApplications(call, { page: readPage(query) }), presentApplication)
  },
})

export const createOAuthApplication = operation({
  tag,
  summary: 'Register an OAuth application',
  description: 'For administrators of the platform.',
  body: CreateOAuthApplication,
  status: 201,
  response: CreatedOAuthApplication,
  async handle({ call, body }, { access }) {
    const { confidential = true, name, redirectUris } = body
    const application = await access.createApplication(call, { name, redirectUris, confidential })
    return { ...presentApplication(application), clientSecret: application.clientSecret }
  },
})

export const deleteOAuthApplication = operation({
  tag,
  summary: 'Delete an OAuth application',
  description: 'Every access that people gave it ends with it.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { access }) {
    // A client id is as good as our own: it is what `croft oauth create -q` prints.
    await access.deleteApplication(call, params.id)
  },
})
