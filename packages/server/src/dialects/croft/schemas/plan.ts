import { type Static, Type } from 'typebox'
import { Line, Name } from './input.ts'

const closed = { additionalProperties: false } as const

const Description = Type.Union([Line(500), Type.Null()])
const Version = Type.Union([Line(20, 'Major version, e.g. `18`.'), Type.Null()], {
  description: 'Null is the newest that is installed where the database goes.',
})
const EnvironmentIds = Type.Array(Type.String({ maxLength: 100 }), {
  maxItems: 100,
  description: 'Where it can be ordered.',
})
const isActive = Type.Boolean({ description: 'Whether new databases can be made with it.' })
const isDefault = Type.Boolean({
  description: 'At most one of an engine; giving it to one takes it from another.',
})

export const Plan = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Description,
    engine: Type.String(),
    version: Version,
    size: Type.String(),
    isActive,
    isDefault,
    environmentIds: EnvironmentIds,
  },
  { ...closed, description: 'What can be ordered: an engine and a size, in some environments.' },
)
export type PlanBody = Static<typeof Plan>

const changeable = {
  description: Type.Optional(Description),
  version: Type.Optional(Version),
  isActive: Type.Optional(isActive),
  isDefault: Type.Optional(isDefault),
}

export const CreatePlan = Type.Object(
  {
    name: Name,
    engine: Line(40),
    size: Line(40),
    ...changeable,
    environmentIds: Type.Optional(
      Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100, description: 'All unless given.' }),
    ),
  },
  closed,
)

export const UpdatePlan = Type.Object(
  {
    name: Type.Optional(Name),
    size: Type.Optional(Line(40)),
    ...changeable,
    environmentIds: Type.Optional(EnvironmentIds),
  },
  { ...closed, description: 'What is left out stays. The engine cannot be changed.' },
)

const Namespace = Type.String({
  pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
  maxLength: 63,
  description: 'Lower-case letters, digits and hyphens.',
})
const Region = Line(40, 'A region’s id, e.g. `us-east-1`: its hosts get the databases.')

export const Environment = Type.Object(
  { id: Type.String(), name: Type.String(), region: Type.String(), namespace: Type.String() },
  { ...closed, description: 'Where databases go: a region’s hosts, and a namespace there.' },
)

export const CreateEnvironment = Type.Object({ name: Name, region: Region, namespace: Namespace }, closed)

export const UpdateEnvironment = Type.Object(
  {
    name: Type.Optional(Name),
    region: Type.Optional(Region),
    namespace: Type.Optional(Namespace),
  },
  { ...closed, description: 'What is left out stays.' },
)
