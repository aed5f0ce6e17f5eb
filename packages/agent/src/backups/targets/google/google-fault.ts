import { AgentFault } from '../../../fault.ts'
import { Away } from '../away.ts'
import { mayPass, type RemoteAnswer } from '../remote/remote-client.ts'
import { unreachable } from '../s3/s3-fault.ts'
import type { GoogleTarget } from './google-target.ts'

/** What a refusal of Google means, in words an operator can do something about. Never holds a secret. */
export function faultOfGoogle(target: GoogleTarget, answer: RemoteAnswer): AgentFault {
  const { status, body } = answer
  const said = new Error(`Google answered ${status}`)
  // Of an object that is not there it says "No such object"; of a bucket, that the bucket does not exist.
  if (status === 404 && /no such object/i.test(body)) {
    return new AgentFault('backup-missing', 'The backup is not in its bucket any more.', { cause: said })
  }
  if (status === 507) {
    return new AgentFault('disk-full', 'The bucket takes no more; free space there.', { cause: said })
  }
  return unreachable(wordsOf(target, status), mayPass(answer) ? new Away(said.message) : said)
}

function wordsOf({ endpoint, bucket }: GoogleTarget, status: number): string {
  const where = new URL(endpoint).host
  if (status === 404) return `There is no bucket "${bucket}" at ${where}; create it or correct its name.`
  if (status === 401) return `${where} does not take the service account’s token; correct the credentials.`
  if (status === 403) {
    return `The service account is not allowed this in the bucket "${bucket}"; give it the role Storage Object Admin there.`
  }
  if (status === 429) return `${where} asks for fewer requests; try again later.`
  if (status >= 500) return `${where} has a fault of its own (status ${status}); try again later.`
  return `${where} refused the request (status ${status}); check that it is Google’s Cloud Storage.`
}
