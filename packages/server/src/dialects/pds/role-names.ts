import { isRoleName, type Level, ROLES, type RoleName } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'

/** Our roles in this API's words. Those of single databases and apps have no name here: no level of it holds them. */
const NAMES = {
  'platform-admin': 'pds-admin',
  // Everybody who is logged in: it gives nothing that they lack.
  'platform-member': 'pds-base',
  'organization-admin': 'account-admin',
  'organization-reader': 'account-reader',
  'workspace-admin': 'tenant-admin',
  'workspace-editor': 'tenant-editor',
  'workspace-reader': 'tenant-reader',
  'project-admin': 'project-admin',
  'project-writer': 'project-writer',
  'project-reader': 'project-reader',
  'namespace-admin': 'namespace-admin',
  'namespace-reader': 'namespace-reader',
} as const satisfies Partial<Record<RoleName, string>>

export type KnownRole = keyof typeof NAMES
export const KNOWN_ROLES = Object.keys(NAMES) as readonly KnownRole[]

export const LEVEL_NAMES = {
  platform: 'global',
  organization: 'account',
  workspace: 'tenant',
  project: 'project',
  namespace: 'namespace',
} as const satisfies Partial<Record<Level, string>>

const ours = new Map<string, KnownRole>(KNOWN_ROLES.map((role) => [NAMES[role], role]))

/** Which of the other roles each one includes. */
export const EXTENDS: Readonly<Record<KnownRole, readonly KnownRole[]>> = {
  'platform-admin': ['platform-member', 'organization-admin'],
  'platform-member': [],
  'organization-admin': ['organization-reader', 'workspace-admin'],
  'organization-reader': [],
  'workspace-admin': ['workspace-editor', 'workspace-reader', 'project-admin'],
  'workspace-editor': ['project-writer', 'project-reader'],
  'workspace-reader': ['project-reader'],
  'project-admin': ['project-writer', 'project-reader'],
  'project-writer': ['project-reader'],
  'project-reader': ['namespace-reader'],
  'namespace-admin': ['namespace-reader'],
  'namespace-reader': [],
}

const isKnown = (role: string): role is KnownRole => isRoleName(role) && Object.hasOwn(NAMES, role)

/** The name of a role of ours; one that this API has no word for keeps its own. */
export const showRole = (role: string): string => (isKnown(role) ? NAMES[role] : role)

/** The role that a filter asks for; one that there is not matches nothing. */
export const seekRole = (name: string): string => ours.get(name) ?? ''

/** The role of this name. Throws `role-not-found`. */
export function readRole(name: string): KnownRole {
  const role = ours.get(name)
  if (role) return role
  throw new CroftError('role-not-found', `There is no role ${name}.`, {
    hint: `Roles: ${[...ours.keys()].join(', ')}.`,
  })
}

export const levelOf = (role: KnownRole): string => LEVEL_NAMES[ROLES[role].level]
