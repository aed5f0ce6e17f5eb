import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Action, authorizeFound, type Call, type Columns, type Subjects } from '../access/index.ts'
import type { Template, TemplateKind } from './template.ts'

/** Templates of a kind that are there; callers add conditions and an order. */
export function selectTemplates(db: Executor, kind: TemplateKind) {
  return db
    .selectFrom('templates')
    .innerJoin('workspaces', 'workspaces.id', 'templates.workspace_id')
    .where('templates.kind', '=', kind)
    .where('templates.deleted_at', 'is', null)
    .selectAll('templates')
    .select('workspaces.organization_id')
}
type Row = Awaited<ReturnType<ReturnType<typeof selectTemplates>['execute']>>[number]

/** `Kind` is the one that was selected. */
export const toTemplate = <Kind extends TemplateKind>(row: Row): Template<Kind> => ({
  id: row.id,
  workspaceId: row.workspace_id,
  organizationId: row.organization_id,
  kind: row.kind as Kind,
  name: row.name,
  dataServiceId: row.data_service_id,
  // As it was checked before it was written.
  content: row.content as unknown as Template<Kind>['content'],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** What rules may ask of a template. */
export const templateFields = ({ id, workspaceId, name }: Template): Subjects['templates'] => ({
  id,
  workspaceId,
  name,
})

export const TEMPLATE_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('templates.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('templates.workspace_id') },
  name: { type: 'text', sql: sql.ref('templates.name') },
}

const NOT_FOUND = {
  code: 'template-not-found',
  message: 'There is no template of this kind with this id, or it is not accessible.',
} as const

export interface WhichTemplate<Kind extends TemplateKind> {
  readonly kind: Kind
  readonly id: string
}

/**
 * The template, if the caller may do this to it; with `hold` nobody else changes it until the transaction ends. Throws
 * `template-not-found`, `forbidden`.
 */
export async function getTemplate<Kind extends TemplateKind>(
  db: Executor,
  call: Call,
  { kind, id }: WhichTemplate<Kind>,
  action: Action = 'read',
  hold = false,
): Promise<Template<Kind>> {
  let query = selectTemplates(db, kind).where('templates.id', '=', id)
  if (hold) query = query.forUpdate('templates')
  const row = await query.executeTakeFirst()
  const found = row && toTemplate<Kind>(row)
  return authorizeFound(call.principal, action, 'templates', found, templateFields, NOT_FOUND)
}

/**
 * The template that a deployment is ordered by: of this kind and of the deployment's workspace. Authorizes nothing.
 * Throws `not-applicable`.
 */
export async function requireTemplate<Kind extends TemplateKind>(
  db: Executor,
  { workspaceId, kind, id }: WhichTemplate<Kind> & { readonly workspaceId: string },
): Promise<Template<Kind>> {
  const query = selectTemplates(db, kind).where('templates.id', '=', id)
  const row = await query.where('templates.workspace_id', '=', workspaceId).executeTakeFirst()
  if (row) return toTemplate<Kind>(row)
  throw new CroftError('not-applicable', `There is no template for ${TITLES[kind]} with the id ${id} here.`, {
    hint: 'It must be of the same tenant as the deployment.',
  })
}

/** What each kind is for, in messages. */
export const TITLES: Readonly<Record<TemplateKind, string>> = {
  configuration: 'application configuration',
  resources: 'resource settings',
  storage: 'storage options',
}
