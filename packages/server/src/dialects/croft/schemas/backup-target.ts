import { type Static, Type } from 'typebox'
import { Line, Name } from './input.ts'

const Time = Type.String({ format: 'date-time' })
const closed = { additionalProperties: false } as const

const Path = Line(
  1000,
  'A directory of every host that stores there; only platform administrators may name one.',
)
const s3 = {
  endpoint: Line(300, 'Origin of the service, e.g. `https://s3.eu-central-1.amazonaws.com`.'),
  region: Type.String({ pattern: '^[A-Za-z0-9-]{1,63}$', maxLength: 63 }),
  bucket: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$', maxLength: 63 }),
  accessKeyId: Type.String({ ...Line(128), minLength: 1 }),
}
const prefix = Line(300, 'Put before the name of everything that is stored.')
const pathStyle = Type.Boolean({ description: '`<endpoint>/<bucket>` rather than `<bucket>.<endpoint>`.' })
const secretAccessKey = Type.String({ ...Line(256, 'Never shown again.'), minLength: 1 })

const Directory = Type.Object({ type: Type.Literal('directory'), path: Path }, closed)

/** Made of credentials, in the API of Portworx. */
const Azure = Type.Object(
  {
    type: Type.Literal('azure'),
    endpoint: Type.String(),
    account: Type.String(),
    container: Type.String(),
    prefix,
  },
  closed,
)
const Google = Type.Object(
  {
    type: Type.Literal('google'),
    endpoint: Type.String(),
    bucket: Type.String(),
    prefix,
    projectId: Type.String(),
  },
  closed,
)

export const BackupTarget = Type.Object(
  {
    id: Type.String(),
    workspaceId: Type.String(),
    name: Type.String(),
    location: Type.Union([
      Directory,
      Type.Object({ type: Type.Literal('s3'), ...s3, prefix, pathStyle }, closed),
      Azure,
      Google,
    ]),
    state: Type.Enum(['unknown', 'ok', 'failing'], {
      description: 'Whether a host could store something there when it last tried.',
    }),
    stateMessage: Type.Union([Type.String({ description: 'Why it is failing.' }), Type.Null()]),
    probedAt: Type.Union([Time, Type.Null()]),
    databases: Type.Integer({ description: 'Databases that store there.' }),
    createdAt: Time,
  },
  { ...closed, description: 'A place for backups and archives.' },
)
export type BackupTargetBody = Static<typeof BackupTarget>

export const CreateBackupTarget = Type.Object(
  {
    name: Name,
    location: Type.Union([
      Directory,
      Type.Object(
        {
          type: Type.Literal('s3'),
          ...s3,
          prefix: Type.Optional(prefix),
          pathStyle: Type.Optional(pathStyle),
          secretAccessKey,
        },
        closed,
      ),
    ]),
  },
  closed,
)

export const UpdateBackupTarget = Type.Object(
  {
    name: Type.Optional(Name),
    location: Type.Optional(
      Type.Partial(Type.Object({ path: Path, ...s3, prefix, pathStyle, secretAccessKey }), {
        ...closed,
        description: 'What is left out stays; the type cannot be changed.',
      }),
    ),
  },
  closed,
)
