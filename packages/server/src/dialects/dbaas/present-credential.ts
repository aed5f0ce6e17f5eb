import type { Credential } from '../../domain/databases/index.ts'
import type { Numbers } from './numbers.ts'

const fieldsOf = (numbers: Numbers, { id, roleName, database }: Credential) => ({
  id: numbers.of(id),
  user: roleName,
  database: numbers.link('database', database.id),
})

export const presentCredential = (numbers: Numbers, credential: Credential) => ({
  _links: { self: numbers.link('credential', credential.id) },
  ...fieldsOf(numbers, credential),
})

/** As it lies inside a database: what is nested has `url` in place of `_links`. */
export const presentLaterCredential = (numbers: Numbers, credential: Credential) => ({
  url: numbers.link('credential', credential.id),
  ...fieldsOf(numbers, credential),
})
