import { isAbsolute, normalize } from 'node:path/posix'
import { CroftError } from '../../platform/errors/index.ts'
import { type Call, isAllowed } from '../access/index.ts'
import type { Location } from './entities.ts'
import { isPrivateHost } from './private-host.ts'

function refuse(field: string, message: string, hint?: string): never {
  throw new CroftError('invalid-input', `The backup target’s ${field} ${message}.`, {
    fields: [{ path: `/location/${field}`, message }],
    ...(hint === undefined ? {} : { hint }),
  })
}

/** The path of a directory, in its plainest form. Throws `invalid-input`. */
function checkPath(path: string): string {
  if (!isAbsolute(path))
    refuse('path', 'must begin with /', 'It is a directory of each host that stores there.')
  const plain = normalize(path).replace(/(.)\/+$/, '$1')
  if (plain === '/') refuse('path', 'must not be the root of the file system')
  return plain
}

/** Where an emulator of Azure serves an account, there is one step of a path. */
function checkEndpoint(endpoint: string, path = /^\/$/): URL {
  const message = 'must be the origin of a service, such as https://s3.eu-central-1.amazonaws.com'
  const url = URL.canParse(endpoint) ? new URL(endpoint) : refuse('endpoint', message)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('endpoint', message)
  if (url.username !== '' || url.password !== '')
    refuse('endpoint', 'must not have a user or a password in it')
  if (!path.test(url.pathname) || url.search !== '' || url.hash !== '') refuse('endpoint', message)
  return url
}

function checkPrefix(prefix: string): string {
  const plain = prefix.replace(/^\/+|\/+$/g, '')
  if (plain.split('/').some((part) => part === '.' || part === '..' || (part === '' && plain !== ''))) {
    refuse('prefix', 'must be names with a slash between them')
  }
  return plain
}

/** What the installation lets those do who are no platform administrators. */
export interface WorkspacesMay {
  /** Name S3 buckets. Who can write to a target decides what a host restores, and so what runs there. */
  readonly nameTargets: boolean
  /** And those inside private networks too. */
  readonly namePrivate: boolean
}

/**
 * A location as it is stored. Directories are paths on hosts, so only platform administrators may name them; and S3
 * stores unless the installation lets workspaces. `allowPrivate` says whether hosts may find it inside their own
 * networks. Throws `invalid-input`, `forbidden`.
 */
export function checkLocation(
  call: Call,
  location: Location,
  workspacesMay: WorkspacesMay,
): { location: Location; allowPrivate: boolean } {
  const isAdministrator = isAllowed(call.principal, 'update', 'platform', {})
  if (location.type === 'directory') {
    if (!isAdministrator) {
      throw new CroftError('forbidden', 'Only platform administrators may name directories of hosts.', {
        hint: 'Leave the target out: then it is the host’s own directory. Or ask a platform administrator.',
      })
    }
    return { location: { type: 'directory', path: checkPath(location.path) }, allowPrivate: false }
  }
  const url = checkEndpoint(location.endpoint, location.type === 'azure' ? /^\/[a-z0-9-]*$/ : undefined)
  if (!isAdministrator && !workspacesMay.nameTargets) {
    throw new CroftError('forbidden', 'Only platform administrators may name backup targets.', {
      hint: 'Ask one to add it, or to let workspaces do so (CROFT_WORKSPACE_BACKUP_TARGETS).',
    })
  }
  const allowPrivate = isAdministrator || workspacesMay.namePrivate
  if (!allowPrivate && isPrivateHost(url)) {
    throw new CroftError(
      'forbidden',
      `${url.host} is inside a private network, which this workspace may not reach.`,
      {
        hint: 'Use a public endpoint, or ask a platform administrator (CROFT_PRIVATE_BACKUP_TARGETS).',
      },
    )
  }
  const checked = { ...location, endpoint: url.href.replace(/\/$/, ''), prefix: checkPrefix(location.prefix) }
  return { location: checked, allowPrivate }
}
