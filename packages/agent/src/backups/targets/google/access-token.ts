import { Away } from '../away.ts'
import { createRemoteClient, type RemoteAnswer } from '../remote/remote-client.ts'
import { unreachable } from '../s3/s3-fault.ts'
import type { GoogleTarget } from './google-target.ts'
import { assertionOf, readServiceAccount, type ServiceAccount } from './service-account.ts'

/** A token that is good for less than this is not used any more, in ms. */
const SPARE_MS = 60_000
const EXCHANGE_MS = 60_000

interface Token {
  readonly token: string
  /** In ms since 1970. */
  readonly until: number
}

export interface AccessTokens {
  /** A token that is good for a while. Throws `AgentFault`. */
  get(signal: AbortSignal): Promise<string>
  /** The last one is not taken any more. */
  forget(): void
}

function refused(account: ServiceAccount, { status, body }: RemoteAnswer): ReturnType<typeof unreachable> {
  const where = account.tokenUri.host
  const said = /"error"\s*:\s*"([a-z_]{1,40})"/.exec(body)?.[1]
  return said === 'invalid_grant' || status === 401
    ? unreachable(
        `${where} does not take the key of the service account; correct the credentials, or this host’s clock.`,
      )
    : unreachable(
        `${where} gave no access token (status ${status}${said ? ` ${said}` : ''}); check the JSON key.`,
      )
}

/** Exchanges a service account's key for access tokens, each of which is used until it is about to end. */
export function createAccessTokens(target: GoogleTarget, attempts: number): AccessTokens {
  let known: Token | undefined
  const exchange = async (): Promise<Token> => {
    // Who gives the key is not always who may name the place: of private ones it reaches the store's own only.
    const own = new URL(target.endpoint).origin
    const allowed = target.allowPrivate === true
    const account = readServiceAccount(target.jsonKey, { allowPrivate: allowed })
    const allowPrivate = allowed && account.tokenUri.origin === own
    if (!allowPrivate) readServiceAccount(target.jsonKey, { allowPrivate })
    const client = createRemoteClient({
      ...{ endpoint: account.tokenUri.origin, allowPrivate, attempts },
      prove: async ({ headers }) => ({ ...headers }),
      faultOf: (answer) => refused(account, answer),
    })
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertionOf(account),
    })
    const limit = AbortSignal.timeout(EXCHANGE_MS)
    const sent = client.call(
      {
        ...{ method: 'POST', url: account.tokenUri, body: [Buffer.from(form.toString())] },
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      // Requests at one time share an exchange, which does not end with one of them.
      limit,
    )
    const { body } = await sent.catch((error: unknown) => {
      if (!limit.aborted) throw error
      const message = `${account.tokenUri.host} takes too long to give an access token; try again.`
      throw unreachable(message, new Away('no token in time'))
    })
    const token = /"access_token"\s*:\s*"([^"\\\s]+)"/.exec(body)?.[1]
    const seconds = Number(/"expires_in"\s*:\s*(\d+)/.exec(body)?.[1] ?? 0)
    if (token === undefined)
      throw unreachable(`${account.tokenUri.host} gave no access token; check the JSON key.`)
    return { token, until: Date.now() + seconds * 1000 }
  }
  let current: Promise<Token> | undefined
  return {
    async get(signal) {
      // Who finds it ending while another renews it waits for the same exchange.
      if (known && known.until - SPARE_MS < Date.now()) known = undefined
      if (!known) {
        current ??= exchange().finally(() => {
          current = undefined
        })
        known = await current
        signal.throwIfAborted()
      }
      return known.token
    },
    forget() {
      known = undefined
    },
  }
}
