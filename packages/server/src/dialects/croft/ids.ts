import { CroftError, type ErrorCode } from '../../platform/errors/index.ts'
import { isUuid } from '../../platform/ids/index.ts'

const NOUNS = {
  database: 'database-not-found',
  credential: 'credential-not-found',
  backup: 'backup-not-found',
  'backup target': 'backup-target-not-found',
  plan: 'plan-not-found',
  environment: 'environment-not-found',
  'restore point': 'restore-point-not-found',
  token: 'token-not-found',
  key: 'key-not-found',
  project: 'project-not-found',
  workspace: 'workspace-not-found',
  invitation: 'invitation-not-found',
  session: 'session-not-found',
  organization: 'organization-not-found',
  user: 'user-not-found',
  identity: 'identity-not-found',
} as const satisfies Record<string, ErrorCode>

/** A UUID that the client sent; what is none belongs to nothing. Throws the noun's not-found. */
export function readId(noun: keyof typeof NOUNS, text: string): string {
  if (isUuid(text)) return text
  throw new CroftError(NOUNS[noun], `There is no ${noun} with this id.`, { hint: 'Ids here are UUIDs.' })
}
