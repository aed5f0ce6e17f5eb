import { createHash } from 'node:crypto'
import {
  type HolderRef,
  type IamRecord,
  type Invitation,
  POLICY_LEVELS,
  type PolicyLevel,
  ROLES,
  type RoleBinding,
} from '../../../domain/access/index.ts'
import { EXTENDS, KNOWN_ROLES, LEVEL_NAMES, levelOf, showRole } from '../role-names.ts'
import { timestamp } from '../timestamp.ts'

const ACTOR_TYPES = { user: 'user', identity: 'service_identity' } as const
export const showActorType = (type: HolderRef['type']): string => ACTOR_TYPES[type]

/** A record is what an actor holds in an account, so it has no id of its own: one is made of theirs. */
function recordId({ organizationId, actor }: IamRecord): string {
  const hex = createHash('sha256').update(`croft:iam:${organizationId}:${actor.id}`).digest('hex')
  // Version 8: a UUID of somebody's own making.
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`]
  return [...parts, hex.slice(20, 32)].join('-')
}

function presentLevel({ policy }: IamRecord, level: PolicyLevel): object {
  const roles = policy[level]
  if (roles === undefined) return {}
  const isNamed = level === 'platform' || level === 'organization'
  const shown = roles.map(({ role, scopeIds }) =>
    isNamed ? showRole(role) : { role_name: showRole(role), resource_ids: [...scopeIds] },
  )
  return { [LEVEL_NAMES[level]]: shown }
}

export const presentRecord = (record: IamRecord) => ({
  id: recordId(record),
  account_id: record.organizationId,
  actor_id: record.actor.id,
  actor_type: showActorType(record.actor.type),
  access_policy: {
    account_id: record.organizationId,
    ...Object.assign({}, ...POLICY_LEVELS.map((level) => presentLevel(record, level))),
  },
  created_at: timestamp(record.createdAt),
  updated_at: timestamp(record.updatedAt),
})

export const presentBinding = ({ holder, role }: RoleBinding) => ({
  actor_id: holder.id,
  actor_type: showActorType(holder.type),
  role_name: showRole(role),
})

export const presentInvitation = (
  invitation: Invitation & { readonly updatedAt: Date },
  accountId: string,
  issuer: string,
) => ({
  id: invitation.id,
  account_id: accountId,
  email: invitation.email,
  role_name: showRole(invitation.role),
  issuer,
  created_at: timestamp(invitation.createdAt),
  updated_at: timestamp(invitation.updatedAt),
})

/** Every role that can be given here. */
export const presentRoles = () =>
  KNOWN_ROLES.map((role) => ({
    name: showRole(role),
    level: levelOf(role),
    extends: EXTENDS[role].map(showRole),
    permissions: ROLES[role].permissions.flatMap(
      ({ actions, subjects }: { actions: readonly string[]; subjects: readonly string[] }) =>
        (subjects.length === 0 ? ['all'] : subjects).flatMap((subject) =>
          actions.map((action) => `${subject}:${action}`),
        ),
    ),
  }))
