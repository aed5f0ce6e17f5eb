import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { type Call, checkName } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { CHECKS, type GivenContents } from './check-content.ts'
import { rethrowNameTaken } from './name-taken.ts'
import { getTemplate, type WhichTemplate } from './read-templates.ts'
import type { Template, TemplateKind } from './template.ts'

export interface TemplateChanges<Kind extends TemplateKind> {
  readonly name?: string | undefined
  /** Fields that are left out stay as they are. */
  readonly content: { readonly [Field in keyof GivenContents[Kind]]?: GivenContents[Kind][Field] | undefined }
}

/** What is given of an object; fields that are undefined count as left out. */
const given = (changes: object): object =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))

/**
 * Changes what is ordered from then on: deployments have copies of their own. A template stays of its data service.
 * Throws `template-not-found`, `forbidden`, `invalid-input`, `not-applicable`, `name-taken`.
 */
export async function updateTemplate<Kind extends TemplateKind>(
  db: Db,
  call: Call,
  which: WhichTemplate<Kind>,
  changes: TemplateChanges<Kind>,
): Promise<Template<Kind>> {
  return transact(db, async (tx) => {
    const before = await getTemplate(tx, call, which, 'update', true)
    const name = changes.name === undefined ? before.name : checkName(changes.name)
    const merged = { ...before.content, ...given(changes.content) } as GivenContents[Kind]
    const content = CHECKS[which.kind](before.dataServiceId, merged)
    await tx
      .updateTable('templates')
      .set({ name, content: { ...content }, updated_at: sql`clock_timestamp()` })
      .where('id', '=', which.id)
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId: before.workspaceId,
      action: 'template.updated',
      subjectType: 'template',
      subjectId: before.id,
      before: { name: before.name, content: before.content },
      after: { name, content },
    })
    return getTemplate(tx, call, which)
  })
}
