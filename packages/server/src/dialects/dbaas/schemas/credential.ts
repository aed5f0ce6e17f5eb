import { Type } from 'typebox'
import { item, pageOf, Url } from './hal.ts'

const FIELDS = { user: Type.String(), database: Url() }

export const Credential = item(FIELDS)
export const CredentialPage = pageOf('credential', Credential)
export const CredentialWithPassword = item({ ...FIELDS, password: Type.String() })

/** As the later form of a database has them inside. */
export const LaterCredential = Type.Object(
  { url: Url(), id: Type.Integer({ minimum: 1 }), ...FIELDS },
  { additionalProperties: false },
)

export const NewCredential = Type.Object({
  user: Type.String({ maxLength: 16, description: 'Kept as a slug.' }),
  database: Type.String({ description: 'Its address, absolute or not: `/api/database/1/`.' }),
})
export const CredentialChanges = Type.Object({}, { description: 'Nothing of it can be changed.' })
