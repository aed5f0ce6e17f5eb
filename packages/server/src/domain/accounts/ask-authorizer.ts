import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isUuid } from '../../platform/ids/index.ts'
import { type Action, type Call, isAllowed, type Principal } from '../access/index.ts'
import { ENTITY_TYPES, type FoundEntity } from './entity-types.ts'

export { ENTITY_TYPES } from './entity-types.ts'

/** What may be asked of a thing. `create` and `list` are asked of what it is in. */
export const OPERATIONS = ['create', 'read', 'update', 'delete', 'list'] as const
type Operation = (typeof OPERATIONS)[number]

export interface Question {
  readonly operation: string
  readonly entityType: string
  /** Of the thing; to create or list, of what it is or will be in. */
  readonly entityId?: string | undefined
}

const isOperation = (name: string): name is Operation => OPERATIONS.some((each) => each === name)

type Subject = Parameters<typeof isAllowed>[2]

/** Whether the principal may do this to a thing of a kind. */
function may(principal: Principal, action: Action, subject: Subject, found: FoundEntity): boolean {
  const { id, name } = found
  const workspaceId = found.workspaceId ?? ''
  const inProject = { workspaceId, projectId: found.projectId ?? '', namespaceId: found.namespaceId ?? null }
  switch (subject) {
    case 'organizations':
      return isAllowed(principal, action, subject, { id })
    case 'workspaces':
      return isAllowed(principal, action, subject, {
        ...{ id, name },
        ...(found.organizationId ? { organizationId: found.organizationId } : {}),
      })
    case 'projects':
      return isAllowed(principal, action, subject, { id, workspaceId, name })
    case 'databases':
      return isAllowed(principal, action, subject, {
        ...{ id, name, ...inProject, branchId: found.branchId ?? null },
        ...{ engine: found.engine ?? '', region: found.region ?? '', size: found.size ?? '' },
      })
    case 'backups':
      return isAllowed(principal, action, subject, {
        id,
        ...inProject,
        databaseId: found.databaseId ?? '',
      })
    case 'backup-targets':
    case 'deployment-targets':
    case 'templates':
      return isAllowed(principal, action, subject, { id, workspaceId, name })
    case 'tokens':
      return isAllowed(principal, action, subject, { workspaceId })
    default:
      return false
  }
}

const unknown = (path: string, message: string) =>
  new CroftError('not-applicable', `The question’s ${path} ${message}.`, {
    fields: [{ path: `/${path}`, message }],
  })

/** One that is not there yet, or any of them: it has its surroundings, and nothing of its own. */
const insideOf = (parent: FoundEntity): FoundEntity => ({ ...parent, id: '', name: '' })

/**
 * Whether the caller may do something. Of what does not exist the answer is no, so that nothing can be found out by
 * asking. Throws `not-applicable` for words that mean nothing here, `invalid-input` for an id that is none.
 */
export async function askAuthorizer(
  db: Executor,
  { principal }: Call,
  { operation, entityType, entityId }: Question,
): Promise<boolean> {
  const type = ENTITY_TYPES.get(entityType)
  if (!type) throw unknown('entity_type', `must be one of ${[...ENTITY_TYPES.keys()].join(', ')}`)
  if (!isOperation(operation)) throw unknown('operation', `must be one of ${OPERATIONS.join(', ')}`)
  const isAroundIt = operation === 'create' || operation === 'list'
  const action = operation === 'list' ? 'read' : operation
  if (isAroundIt && type.inside === null) return may(principal, action, type.subject, { id: '', name: '' })
  const id = entityId?.toLowerCase()
  if (id === undefined || !isUuid(id)) {
    const message = 'must be a UUID'
    throw new CroftError('invalid-input', `The question’s entity_id ${message}.`, {
      fields: [{ path: '/entity_id', message }],
    })
  }
  if (!isAroundIt) {
    const found = await type.find(db, id)
    return found !== undefined && may(principal, action, type.subject, found)
  }
  const around = type.inside === null ? undefined : ENTITY_TYPES.get(type.inside)
  const parent = await around?.find(db, id)
  if (!around || !parent) return false
  // A role in an account names the workspaces that there are, and everybody may make one somewhere: for those of an
  // account, ask of the account.
  if (type.subject === 'workspaces') {
    return may(principal, operation === 'list' ? 'read' : 'update', around.subject, parent)
  }
  // What is of the same kind to rules as what it is in, a namespace, is asked about by that.
  const inside = type.subject === around.subject ? parent : insideOf(parent)
  return may(principal, action, type.subject, inside)
}
