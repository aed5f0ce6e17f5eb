import { Type } from 'typebox'
import { IdInput, Text } from './input.ts'
import { Reference } from './reference.ts'
import { CreatedAt, Id, Nullable, NullableString, OneOf, SelfLink, Shape } from './shape.ts'

const host = Type.String({ description: 'Host to connect to.' })
const port = Type.Integer({ description: 'Port to connect to.' })
const connectionString = Type.String({ description: 'With the password; shown this once.' })

const reached = { description: 'Where to connect to.' }
const Endpoint = Shape({ host, port }, reached)
const SecretEndpoint = Shape({ host, port, connectionString }, reached)
const MaybeSecretEndpoint = Shape({ host, port, connectionString: Type.Optional(connectionString) }, reached)

/** Croft has one gateway, so both are the same address; clients differ in which one they read. */
const endpointsOf = <Schema extends typeof Endpoint | typeof SecretEndpoint | typeof MaybeSecretEndpoint>(
  endpoint: Schema,
) =>
  Shape(
    { direct: Type.Optional(endpoint), pooled: Type.Optional(endpoint) },
    { description: 'Empty until the host of the database has been connected once.' },
  )

export const DirectConnection = Shape({
  host,
  user: Type.String({ description: 'Role to log in as.' }),
  pass: Type.String({ description: 'Its password.' }),
})

const base = {
  id: Id('con', 'Id of the connection.'),
  type: Type.Literal('connection'),
  url: SelfLink,
  name: Type.String({ description: 'Display name.' }),
  createdAt: CreatedAt,
  kind: OneOf(['postgres'], 'Always `postgres`.'),
}
const database = Reference('db', 'database')

export const Connection = Shape({ ...base, endpoints: endpointsOf(Endpoint), database })

/** As a create call answers it: with the secret, and its parts apart for older clients. */
export const ConnectionWithSecret = Shape({
  ...base,
  endpoints: endpointsOf(SecretEndpoint),
  connectionString: Type.String({
    deprecated: true,
    description: 'Same as `endpoints.direct.connectionString`.',
  }),
  directConnection: Nullable(DirectConnection, 'Deprecated: use `endpoints.direct`.'),
  host: NullableString({ description: 'Deprecated: use `endpoints.direct`.' }),
  user: NullableString({ description: 'Deprecated: use `endpoints.direct.connectionString`.' }),
  pass: NullableString({ description: 'Deprecated: use `endpoints.direct.connectionString`.' }),
  database,
})

/** Inside a database that was just created; only the connection made with it carries its secret. */
export const ConnectionOfNewDatabase = Shape({
  ...base,
  endpoints: endpointsOf(MaybeSecretEndpoint),
  database,
})

/** The oldest form of a connection. */
export const ApiKey = Shape({
  ...base,
  endpoints: endpointsOf(Endpoint),
  connectionString: Type.String({ description: 'With the password; shown this once.' }),
  directConnection: Nullable(DirectConnection, 'The parts of `connectionString`.'),
})

export const NameConnection = Type.Object({ name: Text('Display name; names may repeat.') })
export const CreateConnection = Type.Object({
  databaseId: IdInput('db', 'database'),
  name: Text('Display name; names may repeat.'),
})
