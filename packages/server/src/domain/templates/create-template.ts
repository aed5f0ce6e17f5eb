import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { authorize, type Call, checkName, madeBefore, requireWorkspace } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { CHECKS, checkDataService, type GivenContents } from './check-content.ts'
import { rethrowNameTaken } from './name-taken.ts'
import { getTemplate } from './read-templates.ts'
import type { Template, TemplateKind } from './template.ts'

export interface NewTemplate<Kind extends TemplateKind> {
  readonly workspaceId: string
  readonly kind: Kind
  readonly name: string
  /** Null for storage only. */
  readonly dataServiceId: string | null
  readonly content: GivenContents[Kind]
}

/**
 * Throws `workspace-not-found`, `forbidden`, `invalid-input`, `not-applicable` for content that no deployment could have,
 * `name-taken`.
 */
export async function createTemplate<Kind extends TemplateKind>(
  db: Db,
  call: Call,
  input: NewTemplate<Kind>,
): Promise<Template<Kind>> {
  const { workspaceId, kind } = input
  await requireWorkspace(db, call, workspaceId)
  authorize(call.principal, 'create', 'templates', { id: '', workspaceId, name: input.name })
  const name = checkName(input.name)
  const dataServiceId = checkDataService(kind, input.dataServiceId)
  const content = CHECKS[kind](dataServiceId, input.content)
  return transact(db, async (tx) => {
    const earlier = await madeBefore(tx, call, 'templates')
    if (earlier) return getTemplate(tx, call, { kind, id: earlier })
    const { resourceId: id = newId() } = call
    await tx
      .insertInto('templates')
      .values({
        id,
        workspace_id: workspaceId,
        kind,
        name,
        data_service_id: dataServiceId,
        content: { ...content },
      })
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId,
      action: 'template.created',
      subjectType: 'template',
      subjectId: id,
      after: { name, kind, dataServiceId, content },
    })
    return getTemplate(tx, call, { kind, id })
  })
}
