import { AgentFault } from '../../../fault.ts'
import { Away } from '../away.ts'
import { mayPass, type RemoteAnswer } from '../remote/remote-client.ts'
import { unreachable } from '../s3/s3-fault.ts'
import type { AzureTarget } from './azure-target.ts'

/** What a refusal of Azure means, in words an operator can do something about. Never holds a secret. */
export function faultOfAzure(target: AzureTarget, answer: RemoteAnswer): AgentFault {
  const { status } = answer
  const given = answer.headers['x-ms-error-code']
  const code = typeof given === 'string' && /^[A-Za-z0-9]{1,64}$/.test(given) ? given : ''
  const said = new Error(`Azure answered ${status} ${code}`)
  if (code === 'BlobNotFound') {
    return new AgentFault('backup-missing', 'The backup is not in its container any more.', { cause: said })
  }
  if (status === 507 || code === 'AccountLimitExceeded') {
    const message = 'The storage account is full; free space there and try again.'
    return new AgentFault('disk-full', message, { cause: said })
  }
  return unreachable(wordsOf(target, status, code), mayPass(answer) ? new Away(said.message) : said)
}

function wordsOf({ endpoint, account, container }: AzureTarget, status: number, code: string): string {
  const where = new URL(endpoint).host
  switch (code) {
    case 'ContainerNotFound':
    case 'ContainerBeingDeleted':
      return `There is no container "${container}" at ${where}; create it or correct its name.`
    case 'InvalidResourceName':
      return `"${container}" cannot be the name of a container; correct it.`
    case 'AuthenticationFailed':
      return `The key does not belong to the storage account "${account}", says ${where}; correct the credentials, or this host’s clock.`
    case 'AccountIsDisabled':
      return `The storage account "${account}" is disabled.`
    case 'KeyBasedAuthenticationNotPermitted':
      return `The storage account "${account}" does not permit access with its key; permit it.`
    default:
      break
  }
  if (status === 401 || status === 403) {
    return `The account key is not allowed this in the container "${container}"; allow access from this host’s network.`
  }
  if (status === 429 || status === 503) return `${where} asks for fewer requests; try again later.`
  if (status >= 500) return `${where} has a fault of its own (status ${status}); try again later.`
  return `${where} refused the request (status ${status}${code ? ` ${code}` : ''}); check that it is Azure’s blob storage.`
}
