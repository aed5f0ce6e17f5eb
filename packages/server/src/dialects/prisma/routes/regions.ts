import { REGIONS } from '../../../domain/targets/index.ts'
import { operation } from '../operation.ts'
import { presentRegion } from '../presenters/region.ts'
import { All } from '../schemas/envelope.ts'
import { AccelerateRegion, PostgresRegion, ProductRegion, RegionQuery } from '../schemas/region.ts'

const tag = 'Regions'

const accelerateRegions = REGIONS.map(({ id, name }) => ({ id, type: 'region' as const, name }))

export const listRegions = operation({
  tag,
  summary: 'List regions',
  description:
    'Of all products, or of one. Accelerate is not offered; its regions are listed without a status.',
  query: RegionQuery,
  status: 200,
  response: All(ProductRegion),
  async handle({ call, query }, { targets }) {
    const regions = await targets.listRegions(call)
    const rows = [
      ...regions.map((region) => ({ ...presentRegion(region), product: 'postgres' as const })),
      ...accelerateRegions.map((region) => ({ ...region, product: 'accelerate' as const })),
    ]
    return { data: rows.filter((row) => query.product === undefined || row.product === query.product) }
  },
})

export const listPostgresRegions = operation({
  tag,
  summary: 'List PostgreSQL regions',
  description: 'All six are accepted everywhere; one is available when a connected host serves it.',
  status: 200,
  response: All(PostgresRegion),
  async handle({ call }, { targets }) {
    return { data: (await targets.listRegions(call)).map(presentRegion) }
  },
})

export const listAccelerateRegions = operation({
  tag,
  summary: 'List Accelerate regions',
  description: 'Names only: Croft does not offer Accelerate.',
  status: 200,
  response: All(AccelerateRegion),
  async handle() {
    return { data: accelerateRegions }
  },
})
