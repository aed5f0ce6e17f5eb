import { Type } from 'typebox'
import type { IdentityKind, IdentityWithSecret, ServiceIdentity } from '../../../domain/access/index.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import {
  CreateIdentity,
  ExchangeSecret,
  Identity,
  IdentityToken,
  IdentityWithSecret as IdentityWithSecretBody,
  UpdateIdentity,
} from '../schemas/identity.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'

const presentIdentity = ({
  kind: _kind,
  description: _description,
  updatedAt: _updatedAt,
  ...identity
}: ServiceIdentity) => ({
  ...identity,
  secretChangedAt: identity.secretChangedAt.toISOString(),
  createdAt: identity.createdAt.toISOString(),
  lastUsedAt: identity.lastUsedAt?.toISOString() ?? null,
})

const presentWithSecret = ({ secret, ...identity }: IdentityWithSecret) => ({
  ...presentIdentity(identity),
  clientSecret: secret,
})

/** The operations of one kind: they differ in what the kind is called. */
function operationsOf(kind: IdentityKind, { tag, one, many }: { tag: string; one: string; many: string }) {
  return {
    list: operation({
      tag,
      summary: `List ${many}`,
      description: 'Of an organization, oldest first.',
      query: Type.Object({ ...PageQuery, organizationId: Type.String({ maxLength: 100 }) }),
      status: 200,
      response: pageOf(Identity),
      async handle({ call, query }, { access }) {
        const { organizationId } = query
        const page = await access.listIdentities(call, { kind, organizationId, page: readPage(query) })
        return presentPage(page, presentIdentity)
      },
    }),
    create: operation({
      tag,
      summary: `Create a ${one}`,
      description: 'It may do nothing until it is given a role.',
      body: CreateIdentity,
      status: 201,
      response: IdentityWithSecretBody,
      async handle({ call, body }, { access }) {
        return presentWithSecret(await access.createIdentity(call, { ...body, kind }))
      },
    }),
    get: operation({
      tag,
      summary: `Get a ${one}`,
      params: IdParams,
      status: 200,
      response: Identity,
      async handle({ call, params }, { access }) {
        return presentIdentity(await access.getIdentity(call, { kind, id: params.id }))
      },
    }),
    update: operation({
      tag,
      summary: `Rename a ${one}, or switch it off or on`,
      params: IdParams,
      body: UpdateIdentity,
      status: 200,
      response: Identity,
      async handle({ call, params, body }, { access }) {
        return presentIdentity(await access.updateIdentity(call, { kind, id: params.id, changes: body }))
      },
    }),
    regenerate: operation({
      tag,
      summary: `Give a ${one} another client id and another secret`,
      description: 'The old ones, and all tokens had for them, end.',
      params: IdParams,
      status: 200,
      response: IdentityWithSecretBody,
      async handle({ call, params }, { access }) {
        return presentWithSecret(await access.regenerateSecret(call, { kind, id: params.id }))
      },
    }),
    remove: operation({
      tag,
      summary: `Delete a ${one}`,
      description: 'Its tokens and its roles end with it.',
      params: IdParams,
      status: 204,
      async handle({ call, params }, { access }) {
        await access.deleteIdentity(call, { kind, id: params.id })
      },
    }),
  }
}

const tag = 'Service identities'

export const serviceIdentities = operationsOf('identity', {
  tag,
  one: 'service identity',
  many: 'service identities',
})

export const keyPairs = operationsOf('key-pair', { tag: 'Key pairs', one: 'key pair', many: 'key pairs' })

export const exchangeSecret = operation({
  tag,
  summary: 'Get a token for a client id and its secret',
  description: 'It is good for an hour. Needs no credential besides.',
  body: ExchangeSecret,
  status: 200,
  response: IdentityToken,
  async handle({ call, body, address }, { access }) {
    const { token, expiresIn } = await access.exchangeSecret({
      kind: 'identity',
      clientId: body.clientId,
      secret: body.clientSecret,
      address,
      requestId: call.requestId,
    })
    return { token, expiresIn }
  },
})
