import { type Static, type TSchema, Type } from 'typebox'
import type { ActorRef, RoleBinding } from '../../../../domain/access/index.ts'
import { CroftError } from '../../../../platform/errors/index.ts'
import { operation } from '../../operation.ts'
import { presentBinding, presentRoles } from '../../presenters/iam.ts'
import { readRole, seekRole } from '../../role-names.ts'
import {
  AccountBinding,
  bindingQuery,
  DeleteBinding,
  GlobalBinding,
  ProjectBinding,
  PutBinding,
  Role,
  TenantBinding,
} from '../../schemas/iam.ts'
import { ListOf, OfId } from '../../schemas/wire.ts'
import { sortWhole } from '../../sort-whole.ts'

const tag = 'Role bindings'
const Query = Type.Object(bindingQuery)
type Query = Static<typeof Query>

const GLOBAL = { type: 'platform', id: null } as const

/** Throws `not-applicable` for what can hold no role: a service account has its own. */
function readActor({ actor_id: id, actor_type: type }: Static<typeof DeleteBinding>): ActorRef {
  if (type === undefined || type === '') return { id }
  if (type === 'user') return { id, type }
  if (type === 'service_identity') return { id, type: 'identity' }
  throw new CroftError('not-applicable', 'actor_type must be user or service_identity.')
}

function select(bindings: readonly RoleBinding[], { sort_by, ...filter }: Query) {
  const role = filter.role_name === undefined ? undefined : seekRole(filter.role_name)
  const found = bindings.filter((each) => role === undefined || each.role === role).map(presentBinding)
  const wanted = found.filter(
    (each) =>
      (filter.actor_id === undefined || each.actor_id === filter.actor_id.toLowerCase()) &&
      (filter.actor_type === undefined || each.actor_type === filter.actor_type),
  )
  return sortWhole(wanted, sort_by, ['role_name', 'actor_id'])
}

export const listRoles = operation({
  tag,
  summary: 'List roles',
  description: 'A role holds for all that is inside of where it is given.',
  status: 200,
  response: ListOf(Role),
  async handle({ call }, { access }) {
    // Asked for its authorization; the words are this API's.
    access.listRoles(call)
    return { data: presentRoles() }
  },
})

const LIST = 'List who holds a role at the'
const PUT_TEXT = 'Makes this the only role that the actor holds at it.'
const DELETE_TEXT = 'Takes every role that the actor holds at it.'

export const listGlobalBindings = operation({
  tag,
  summary: `${LIST} platform`,
  query: Query,
  status: 200,
  response: ListOf(GlobalBinding),
  async handle({ call, query }, { access }) {
    return { data: select(await access.listScopeRoles(call, GLOBAL), query) }
  },
})

export const putGlobalBinding = operation({
  tag,
  summary: 'Set an actor’s role at the platform',
  description: PUT_TEXT,
  body: PutBinding,
  status: 200,
  response: GlobalBinding,
  async handle({ call, body }, { access }) {
    const wanted = { scope: GLOBAL, actor: readActor(body), role: readRole(body.role_name) }
    return presentBinding(await access.setScopeRole(call, wanted))
  },
})

export const deleteGlobalBinding = operation({
  tag,
  summary: 'Take an actor’s role at the platform',
  description: DELETE_TEXT,
  body: DeleteBinding,
  status: 204,
  async handle({ call, body }, { access }) {
    await access.removeScopeRoles(call, { scope: GLOBAL, actor: readActor(body) })
  },
})

interface BindingLevel<Schema extends TSchema> {
  readonly type: 'organization' | 'workspace' | 'project'
  /** What it is called, and the field that names it. */
  readonly word: string
  readonly key: string
  readonly schema: Schema
}

/** The three operations of one level. */
function operationsOf<Schema extends TSchema>({ type, word, key, schema }: BindingLevel<Schema>) {
  const show = (binding: object, id: string) => ({ ...binding, [key]: id }) as Static<Schema>
  return {
    list: operation({
      tag,
      summary: `${LIST} ${word}`,
      params: OfId,
      query: Query,
      status: 200,
      response: ListOf(schema),
      async handle({ call, params: { id }, query }, { access }) {
        const found = select(await access.listScopeRoles(call, { type, id }), query)
        return { data: found.map((each) => show(each, id)) } as Static<ReturnType<typeof ListOf<Schema>>>
      },
    }),
    put: operation({
      tag,
      summary: `Set an actor’s role at the ${word}`,
      description: PUT_TEXT,
      params: OfId,
      body: PutBinding,
      status: 200,
      response: schema,
      async handle({ call, params: { id }, body }, { access }) {
        const wanted = { scope: { type, id }, actor: readActor(body), role: readRole(body.role_name) }
        return show(presentBinding(await access.setScopeRole(call, wanted)), id)
      },
    }),
    remove: operation({
      tag,
      summary: `Take an actor’s role at the ${word}`,
      description: DELETE_TEXT,
      params: OfId,
      body: DeleteBinding,
      status: 204,
      async handle({ call, params: { id }, body }, { access }) {
        await access.removeScopeRoles(call, { scope: { type, id }, actor: readActor(body) })
      },
    }),
  }
}

export const accountBindings = operationsOf({
  ...{ type: 'organization', word: 'account', key: 'account_id' },
  schema: AccountBinding,
})
export const tenantBindings = operationsOf({
  ...{ type: 'workspace', word: 'tenant', key: 'tenant_id' },
  schema: TenantBinding,
})
export const projectBindings = operationsOf({
  ...{ type: 'project', word: 'project', key: 'project_id' },
  schema: ProjectBinding,
})

export const listUserBindings = operation({
  tag,
  summary: 'List a user’s roles at accounts',
  description: 'One’s own, or anybody’s for administrators of the platform.',
  params: OfId,
  query: Type.Object({ sort_by: bindingQuery.sort_by, role_name: bindingQuery.role_name }),
  status: 200,
  response: ListOf(AccountBinding),
  async handle({ call, params, query }, { access }) {
    const role = query.role_name === undefined ? undefined : seekRole(query.role_name)
    const found = (await access.listUserRoles(call, params.id))
      .filter((each) => role === undefined || each.role === role)
      .map((each) => ({ ...presentBinding(each), account_id: each.scope.id ?? '' }))
    return { data: sortWhole(found, query.sort_by, ['role_name']) }
  },
})
