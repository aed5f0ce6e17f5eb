import type { Generated } from 'kysely'
import type { CreatedAt } from './created-at.ts'

export interface EnginesTable {
  id: string
  name: string
  created_at: CreatedAt
}

export interface EngineVersionsTable {
  id: string
  engine_id: string
  version: string
  created_at: CreatedAt
}

export interface EnvironmentsTable {
  id: string
  name: string
  region: string
  namespace: string
  created_at: CreatedAt
  deleted_at: Date | null
}

export interface PlansTable {
  id: string
  name: string
  description: string | null
  engine: string
  version: string | null
  size: string
  is_active: Generated<boolean>
  is_default: Generated<boolean>
  seeded: Generated<boolean>
  created_at: CreatedAt
  deleted_at: Date | null
}

export interface PlanEnvironmentsTable {
  plan_id: string
  environment_id: string
}
