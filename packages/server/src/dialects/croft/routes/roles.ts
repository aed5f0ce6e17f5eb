import { Type } from 'typebox'
import type { RoleBinding, ScopeRef } from '../../../domain/access/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'
import {
  CreateRoleBinding,
  HolderType,
  Level,
  Role,
  RoleBinding as RoleBindingBody,
} from '../schemas/role.ts'

const tag = 'Roles'

const presentBinding = ({ id, holder, role, scope, createdAt }: RoleBinding) => ({
  id,
  holder: { ...holder },
  role,
  scope: { ...scope },
  createdAt: createdAt.toISOString(),
})

export const listRoles = operation({
  tag,
  summary: 'List the built-in roles',
  status: 200,
  response: Type.Object({ data: Type.Array(Role) }, { additionalProperties: false }),
  async handle({ call }, { access }) {
    const data = access.listRoles(call).map((role) => ({
      ...role,
      permissions: role.permissions.map(({ actions, subjects }) => ({
        actions: [...actions],
        subjects: [...subjects],
      })),
    }))
    return { data }
  },
})

/** Throws `invalid-input` for half a pair. */
function pairOf<A, B>(names: readonly [string, string], one: A | undefined, other: B | undefined) {
  if (one === undefined && other === undefined) return undefined
  if (one !== undefined && other !== undefined) return [one, other] as const
  const missing = one === undefined ? names[0] : names[1]
  throw new CroftError('invalid-input', `${names.join(' and ')} go together.`, {
    fields: [{ path: `/${missing}`, message: 'is missing' }],
  })
}

function scopeOf(type: ScopeRef['type'] | undefined, id: string | undefined): ScopeRef | undefined {
  if (type === 'platform') return { type, id: id ?? null }
  const pair = pairOf(['scopeType', 'scopeId'], type, id)
  return pair && { type: pair[0], id: pair[1] }
}

export const listRoleBindings = operation({
  tag,
  summary: 'List who holds which role',
  description: 'Oldest first: at one scope, of one holder, or everywhere that the caller may see it.',
  query: Type.Object({
    ...PageQuery,
    scopeType: Type.Optional(Level),
    scopeId: Type.Optional(Type.String({ maxLength: 100 })),
    holderType: Type.Optional(HolderType),
    holderId: Type.Optional(Type.String({ maxLength: 100 })),
  }),
  status: 200,
  response: pageOf(RoleBindingBody),
  async handle({ call, query }, { access }) {
    const holder = pairOf(['holderType', 'holderId'], query.holderType, query.holderId)
    const page = await access.listBindings(call, {
      scope: scopeOf(query.scopeType, query.scopeId),
      holder: holder && { type: holder[0], id: readId(holder[0], holder[1]) },
      page: readPage(query),
    })
    return presentPage(page, presentBinding)
  },
})

export const createRoleBinding = operation({
  tag,
  summary: 'Give a role',
  description: 'It counts from the holder’s next request on. Nobody can give more than it may do itself.',
  body: CreateRoleBinding,
  status: 201,
  response: RoleBindingBody,
  async handle({ call, body }, { access }) {
    const { holder, role, scope } = body
    const binding = await access.createBinding(call, {
      holder,
      role,
      scope: { type: scope.type, id: scope.id ?? null },
    })
    return presentBinding(binding)
  },
})

export const deleteRoleBinding = operation({
  tag,
  summary: 'Take a role away',
  description: 'From the holder’s next request on. The last administrator of the platform stays.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { access }) {
    await access.deleteBinding(call, params.id)
  },
})
