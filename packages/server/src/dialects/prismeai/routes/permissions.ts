import type { Share as Shared } from '../../../domain/access/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { readWorkspaceId } from '../ids.ts'
import { operation } from '../operation.ts'
import { WorkspaceParams } from '../schemas/input.ts'
import { Share, ShareInput, ShareParams, Shares, Unshared } from '../schemas/permissions.ts'

const tag = 'Sharing'

const presentShare = ({ userId, displayName, role, policies }: Shared) => ({
  target: { id: userId, displayName },
  permissions: {
    ...(role === undefined ? {} : { role }),
    ...(policies === undefined ? {} : { policies: { ...policies } }),
  },
})

interface Target {
  readonly id?: string
  readonly public?: boolean
  readonly role?: string
}

const notOffered = (message: string) =>
  new CroftError('invalid-input', message, { fields: [{ path: '/target', message }] })

/** Throws `invalid-input` for what is no user: everybody, or whoever has a role. */
function userOf({ id, public: everybody, role }: Target): string {
  if (everybody || id === '*')
    throw notOffered('must be a user: what everybody may do is said by rules of the workspace’s security')
  if (role !== undefined || id?.startsWith('role:'))
    throw notOffered('must be a user: what a role may do is said by rules of the workspace’s security')
  if (id === undefined) throw notOffered('must have the id of a user')
  return id
}

export const listPermissions = operation({
  tag,
  summary: 'List whom a workspace is shared with',
  params: WorkspaceParams,
  status: 200,
  response: Shares,
  async handle({ call, params }, { access }) {
    return { result: (await access.listShares(call, readWorkspaceId(params.workspaceId))).map(presentShare) }
  },
})

export const share = operation({
  tag,
  summary: 'Share a workspace with a user',
  description:
    'Replaces what the user had: `owner` is the role workspace-admin, `editor` workspace-editor, the policy `read` workspace-reader.',
  params: WorkspaceParams,
  body: ShareInput,
  status: 200,
  response: Share,
  async handle({ call, params, body: { target, permissions } }, { access }) {
    const workspaceId = readWorkspaceId(params.workspaceId)
    return presentShare(
      await access.shareWorkspace(call, { workspaceId, userId: userOf(target), ...permissions }),
    )
  },
})

export const unshare = operation({
  tag,
  summary: 'Stop sharing a workspace with a user',
  description: 'Done too for a user who has nothing there.',
  params: ShareParams,
  status: 200,
  response: Unshared,
  async handle({ call, params: { workspaceId, id } }, { access }) {
    await access.unshareWorkspace(call, { workspaceId: readWorkspaceId(workspaceId), userId: id })
    return { id }
  },
})
