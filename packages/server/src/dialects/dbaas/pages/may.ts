import { type Action, mayEver, type SubjectName } from '../../../domain/access/index.ts'
import type { Kind } from '../endpoint.ts'
import type { PageInput } from '../render.ts'

const SUBJECTS: Partial<Record<Kind, SubjectName>> = {
  database: 'databases',
  credential: 'credentials',
  project: 'projects',
}

/** Whether a form is worth showing: the caller may do this somewhere. The operation still decides. */
export function may({ principal }: PageInput, action: Action, kind: Kind): boolean {
  const subject = SUBJECTS[kind]
  return principal !== null && subject !== undefined && mayEver(principal, action, subject)
}
