import { Type } from 'typebox'
import { item, pageOf, Url } from './hal.ts'

export const Project = item({ name: Type.String() })
export const ProjectPage = pageOf('project', Project)
export const NewProject = Type.Object({ name: Type.String({ maxLength: 100 }) })
export const ProjectChanges = Type.Object({ name: Type.Optional(Type.String({ maxLength: 100 })) })

export const Plan = item({
  name: Type.String(),
  description: Type.Union([Type.String(), Type.Null()]),
  is_active: Type.Boolean({ description: 'Whether new databases can have it.' }),
  is_default: Type.Boolean({ description: 'At most one of an engine type.' }),
  engine_type: Url(),
  environments: Type.Array(Url()),
})
export const PlanPage = pageOf('plan', Plan)

export const Environment = item({ name: Type.String() })
export const EnvironmentPage = pageOf('environment', Environment)

export const EngineType = item({ name: Type.String() })
export const EngineTypePage = pageOf('enginetype', EngineType)

export const Engine = item({ engine_type: Url(), version: Type.String() })
export const EnginePage = pageOf('engine', Engine)

export const Team = item({ name: Type.String() })
export const TeamPage = pageOf('team', Team)

export const Root = Type.Object(
  {
    _links: Type.Object({ self: Url() }, { additionalProperties: false }),
    credential: Url(),
    database: Url(),
    engine: Url(),
    engine_type: Url(),
    environment: Url(),
    plan: Url(),
    project: Url(),
    team: Url(),
  },
  { additionalProperties: false },
)
