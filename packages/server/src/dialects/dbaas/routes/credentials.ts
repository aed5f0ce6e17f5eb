import type { CredentialWithPassword as Shown } from '../../../domain/databases/index.ts'
import type { DbaasDeps } from '../deps.ts'
import { fieldFault } from '../errors.ts'
import { idByNumber, readNumbers } from '../numbers.ts'
import { type Input, operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { presentCredential } from '../present-credential.ts'
import {
  Credential,
  CredentialChanges,
  CredentialPage,
  CredentialWithPassword,
  NewCredential,
} from '../schemas/credential.ts'
import { ListQuery } from '../schemas/hal.ts'
import { slugify } from '../slug.ts'
import { visible } from '../visible.ts'
import { LONGEST_USER, SIGHT } from './databases.ts'

const tag = 'Credentials'

async function presentShown({ aliases }: DbaasDeps, { links }: Input, shown: Shown) {
  const numbers = await readNumbers(aliases, links, [shown.id, shown.database.id])
  return { ...presentCredential(numbers, shown), password: shown.password }
}

async function show(deps: DbaasDeps, input: Input): Promise<Shown> {
  const id = await idByNumber(deps.aliases, 'credential', input.id)
  return deps.databases.showCredential(input.call, id, SIGHT)
}

export const listCredentials = operation({
  tag,
  summary: 'List credentials',
  description: 'Without their passwords.',
  query: ListQuery,
  status: 200,
  response: CredentialPage,
  async handle({ call, links, query }, { databases, aliases }) {
    const which = readPage(query)
    const found = await databases.pageCredentials(call, which)
    const ids = found?.items.flatMap(({ id, database }) => [id, database.id]) ?? []
    const numbers = await readNumbers(aliases, links, ids)
    return presentPage('credential', links.url, found, which, (each) => presentCredential(numbers, each))
  },
})

export const createCredential = operation({
  tag,
  summary: 'Create a credential',
  description: 'The user’s name is chosen, the password is not.',
  body: NewCredential,
  status: 201,
  needs: ['create', 'credentials'],
  response: CredentialWithPassword,
  words: {
    'name-taken': {
      status: 400,
      shape: 'field',
      message: 'Credential with this User name and Database already exists.',
    },
  },
  async handle(input, deps) {
    const fields = await input.fields()
    const raw = fields.text('user')
    const databaseId = await fields.requiredLink(
      'database',
      'database',
      visible(deps, input.call, 'database'),
    )
    fields.check()
    if (Array.from(raw).length > LONGEST_USER) throw fieldFault({ __all__: `${raw} is too long` })
    const user = slugify(raw)
    if (user === '') throw fieldFault({ user: 'Enter a name with at least one letter or digit.' })
    // What becomes longer as a slug: 北 is bei.
    if (user.length > LONGEST_USER) throw fieldFault({ __all__: `${user} is too long` })
    const wanted = { databaseId, name: user, user, passwordStyle: 'short' } as const
    return presentShown(deps, input, await deps.databases.createCredential(input.call, wanted, SIGHT))
  },
})

export const getCredential = operation({
  tag,
  summary: 'Get a credential',
  description: 'With its password: for who may change it.',
  status: 200,
  response: CredentialWithPassword,
  handle: async (input, deps) => presentShown(deps, input, await show(deps, input)),
})

export const replaceCredential = operation({
  tag,
  summary: 'Change nothing of a credential',
  description:
    'Answers it as it is: a user and its database stay, and the original ignored what was sent, too.',
  body: CredentialChanges,
  status: 200,
  needs: ['update', 'credentials'],
  response: CredentialWithPassword,
  async handle(input, deps) {
    const shown = await show(deps, input)
    await input.fields()
    return presentShown(deps, input, shown)
  },
})

export const updateCredential = operation({
  tag,
  summary: 'Change nothing of a credential, without its password',
  description: 'As PUT, but the answer has no password.',
  body: CredentialChanges,
  status: 200,
  needs: ['update', 'credentials'],
  response: Credential,
  async handle(input, deps) {
    const { password: _unsaid, ...shown } = await presentShown(deps, input, await show(deps, input))
    await input.fields()
    return shown
  },
})

export const deleteCredential = operation({
  tag,
  summary: 'Delete a credential',
  description: 'And end its sessions.',
  status: 204,
  needs: ['delete', 'credentials'],
  async handle({ call, id }, { databases, aliases }) {
    await databases.deleteCredential(call, await idByNumber(aliases, 'credential', id), SIGHT)
    return null
  },
})

export const resetPassword = operation({
  tag,
  summary: 'Give a credential another password',
  description: 'And end the sessions of the old one.',
  status: 200,
  needs: ['update', 'credentials'],
  response: CredentialWithPassword,
  async handle(input, deps) {
    const id = await idByNumber(deps.aliases, 'credential', input.id)
    return presentShown(deps, input, await deps.databases.rotateCredential(input.call, id, SIGHT))
  },
})
