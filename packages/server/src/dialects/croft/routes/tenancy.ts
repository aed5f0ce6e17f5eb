import { Type } from 'typebox'
import type { Organization, Workspace } from '../../../domain/tenancy/index.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import {
  CreateOrganization,
  CreateWorkspace,
  Organization as OrganizationBody,
  Workspace as WorkspaceBody,
} from '../schemas/tenancy.ts'

const tag = 'Organizations and workspaces'

const presentOrganization = ({ id, name, createdAt }: Organization) => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
})

const presentWorkspace = ({ id, organizationId, name, createdAt }: Workspace) => ({
  id,
  organizationId,
  name,
  createdAt: createdAt.toISOString(),
})

export const listOrganizations = operation({
  tag,
  summary: 'List organizations',
  description: 'Those in which the caller has a role, oldest first.',
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(OrganizationBody),
  async handle({ call, query }, { tenancy }) {
    return presentPage(await tenancy.listOrganizations(call, readPage(query)), presentOrganization)
  },
})

export const createOrganization = operation({
  tag,
  summary: 'Create an organization',
  description: 'For administrators of the platform.',
  body: CreateOrganization,
  status: 201,
  response: OrganizationBody,
  async handle({ call, body }, { tenancy }) {
    return presentOrganization(await tenancy.createOrganization(call, body))
  },
})

export const getOrganization = operation({
  tag,
  summary: 'Get an organization',
  params: IdParams,
  status: 200,
  response: OrganizationBody,
  async handle({ call, params }, { tenancy }) {
    return presentOrganization(await tenancy.getOrganization(call, readId('organization', params.id)))
  },
})

export const listWorkspaces = operation({
  tag,
  summary: 'List workspaces',
  description: 'Those that the caller may see, oldest first.',
  query: Type.Object(PageQuery),
  status: 200,
  response: pageOf(WorkspaceBody),
  async handle({ call, query }, { tenancy }) {
    return presentPage(await tenancy.listWorkspaces(call, readPage(query)), presentWorkspace)
  },
})

export const createWorkspace = operation({
  tag,
  summary: 'Create a workspace',
  description:
    'Every user may, and administers it then. In which organization, only those say who administer that one.',
  body: CreateWorkspace,
  status: 201,
  response: WorkspaceBody,
  async handle({ call, body }, { tenancy }) {
    const { name, organizationId } = body
    const workspace = await tenancy.createWorkspace(call, {
      name,
      organizationId: organizationId === undefined ? undefined : readId('organization', organizationId),
    })
    return presentWorkspace(workspace)
  },
})

export const getWorkspace = operation({
  tag,
  summary: 'Get a workspace',
  params: IdParams,
  status: 200,
  response: WorkspaceBody,
  async handle({ call, params }, { tenancy }) {
    return presentWorkspace(await tenancy.getWorkspace(call, readId('workspace', params.id)))
  },
})
