import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed, requireWorkspace } from '../access/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../sorted-page.ts'
import { selectTemplates, TEMPLATE_COLUMNS, templateFields, toTemplate } from './read-templates.ts'
import { seedIfNew } from './seed-templates.ts'
import type { Template, TemplateKind } from './template.ts'

export interface TemplateFilter<Kind extends TemplateKind> {
  readonly workspaceId: string
  readonly kind: Kind
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly dataServiceId?: string | undefined
  /** Of storage: any of these. */
  readonly provisioners?: readonly string[] | undefined
}

const COLUMNS = {
  id: sql.ref('templates.id'),
  name: sql.ref('templates.name'),
  created_at: sql.ref('templates.created_at'),
}

/** A workspace's templates of a kind that the caller may read; a workspace without any gets the samples first. */
export async function listTemplates<Kind extends TemplateKind>(
  db: Db,
  call: Call,
  { workspaceId, kind, id, name, dataServiceId, provisioners }: TemplateFilter<Kind>,
  page: SortedPageRequest,
): Promise<SortedPage<Template<Kind>>> {
  await requireWorkspace(db, call, workspaceId)
  await seedIfNew(db, workspaceId)
  const { where, exact } = filterOf(call.principal, 'read', 'templates', TEMPLATE_COLUMNS)
  let query = selectTemplates(db, kind).where('templates.workspace_id', '=', workspaceId).where(where)
  if (id !== undefined) query = query.where('templates.id', '=', id)
  if (name !== undefined) query = query.where('templates.name', '=', name)
  if (dataServiceId !== undefined) query = query.where('templates.data_service_id', '=', dataServiceId)
  if (provisioners !== undefined) {
    query = query.where(sql<boolean>`templates.content->>'provisioner' = any(${[...provisioners]}::text[])`)
  }
  return readSortedPage(
    {
      query,
      columns: COLUMNS,
      id: sql<string>`templates.id`,
      toItem: toTemplate<Kind>,
      isReadable: (found) => exact || isAllowed(call.principal, 'read', 'templates', templateFields(found)),
    },
    page,
  )
}
