import { type Static, Type } from 'typebox'
import type { Policy } from '../../../../domain/access/index.ts'
import { operation } from '../../operation.ts'
import { presentRecord } from '../../presenters/iam.ts'
import { readRole } from '../../role-names.ts'
import { Iam, IamRequest } from '../../schemas/iam.ts'
import { OfId, Uuid } from '../../schemas/wire.ts'
import { sortWhole } from '../../sort-whole.ts'

const tag = 'IAM'
const OfActor = Type.Object({ id: Uuid, actorId: Uuid })

type Wanted = Static<typeof IamRequest>['data']
type Names = readonly string[] | null | undefined
type RolesAt =
  | readonly { readonly role_name: string; readonly resource_ids: readonly string[] }[]
  | null
  | undefined

const named = (names: Names) => names?.map((name) => ({ role: readRole(name), scopeIds: [] }))
const at = (roles: RolesAt) =>
  roles?.map(({ role_name: name, resource_ids: scopeIds }) => ({ role: readRole(name), scopeIds }))

function readPolicy(data: Wanted): Policy {
  const levels = {
    platform: named(data.global as Names),
    organization: named(data.account as Names),
    workspace: at(data.tenant as RolesAt),
    project: at(data.project as RolesAt),
    namespace: at(data.namespace as RolesAt),
  }
  return Object.fromEntries(Object.entries(levels).filter(([, roles]) => roles !== undefined))
}

export const listIam = operation({
  tag,
  summary: 'List IAM records',
  description: 'Of everybody who holds a role in the account or in anything that is in it.',
  params: OfId,
  query: Type.Object({
    sort_by: Type.Optional(Type.String()),
    actor_id: Type.Optional(Uuid),
    actor_type: Type.Optional(Type.String()),
  }),
  status: 200,
  response: Type.Array(Iam),
  async handle({ call, params, query }, { access }) {
    const records = (await access.listRecords(call, params.id)).map(presentRecord)
    const found = records.filter(
      (each) =>
        (query.actor_id === undefined || each.actor_id === query.actor_id.toLowerCase()) &&
        (query.actor_type === undefined || each.actor_type === query.actor_type),
    )
    return sortWhole(found, query.sort_by, ['account_id', 'actor_id'])
  },
})

export const createIam = operation({
  tag,
  summary: 'Create an IAM record',
  params: OfId,
  body: IamRequest,
  status: 200,
  response: Iam,
  async handle({ call, params, body }, { access }) {
    const wanted = { organizationId: params.id, actorId: body.actor_id, policy: readPolicy(body.data) }
    return presentRecord(await access.createRecord(call, wanted))
  },
})

export const replaceIam = operation({
  tag,
  summary: 'Replace an IAM record',
  description:
    'All roles in the account at once, and those of the level `global` if that is given; an actor without a record gets one.',
  params: OfId,
  body: IamRequest,
  status: 200,
  response: Iam,
  async handle({ call, params, body }, { access }) {
    const wanted = { organizationId: params.id, actorId: body.actor_id, policy: readPolicy(body.data) }
    return presentRecord(await access.replaceRecord(call, wanted))
  },
})

export const getIam = operation({
  tag,
  summary: 'Get an IAM record',
  params: OfActor,
  status: 200,
  response: Iam,
  async handle({ call, params }, { access }) {
    const which = { organizationId: params.id, actorId: params.actorId }
    return presentRecord(await access.getRecord(call, which))
  },
})

export const deleteIam = operation({
  tag,
  summary: 'Delete an IAM record',
  description:
    'Takes every role in the account, those of single databases too; roles of the whole platform stay.',
  params: OfActor,
  status: 204,
  async handle({ call, params }, { access }) {
    await access.deleteRecord(call, { organizationId: params.id, actorId: params.actorId })
  },
})
