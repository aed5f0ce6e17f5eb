import { Type } from 'typebox'
import { REGIONS, type RegionId } from '../../../domain/targets/index.ts'
import { OneOf, Shape } from './shape.ts'

const REGION_IDS: readonly RegionId[] = REGIONS.map((region) => region.id)

export const RegionInput = Type.Unsafe<RegionId>({
  type: 'string',
  enum: [...REGION_IDS],
  default: 'us-east-1',
  description: 'Where the database is placed.',
})

export const RegionOrInherit = Type.Unsafe<RegionId | 'inherit'>({
  type: 'string',
  enum: [...REGION_IDS, 'inherit'],
  default: 'us-east-1',
  description: 'Where the database is placed; `inherit` is where the project’s default database is.',
})

const base = {
  id: Type.String({ description: 'Id of the region.' }),
  type: Type.Literal('region'),
  name: Type.String({ description: 'What people call it.' }),
}
const STATUSES = ['available', 'unavailable'] as const
const STATUS_TEXT = 'Whether a connected host serves it now.'
const PRODUCTS = ['postgres', 'accelerate'] as const

export const PostgresRegion = Shape({ ...base, status: OneOf(STATUSES, STATUS_TEXT) })
export const AccelerateRegion = Shape(base)
export const ProductRegion = Shape({
  ...base,
  product: OneOf(PRODUCTS, 'What it is a region of.'),
  status: Type.Optional(OneOf(STATUSES, STATUS_TEXT)),
})
export const RegionQuery = Type.Object({
  product: Type.Optional(OneOf(PRODUCTS, 'Only the regions of this product.')),
})
