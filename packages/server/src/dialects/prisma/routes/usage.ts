import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { IdInput } from '../schemas/input.ts'
import { Usage, UsageQuery } from '../schemas/usage.ts'
import { readPeriod } from '../usage-period.ts'

const GIB = 2 ** 30

export const getUsage = operation({
  tag: 'Databases',
  summary: 'Get the usage of a database',
  params: Type.Object({ databaseId: IdInput('db', 'database') }),
  query: UsageQuery,
  status: 200,
  response: Usage,
  async handle({ call, params, query, ids }, { usage }) {
    const id = ids.read('database', params.databaseId)
    const now = new Date()
    const period = readPeriod(query, now)
    const { operations, sizeBytes } = await usage.readUsage(call, id, period)
    return {
      period: { start: period.from.toISOString(), end: period.to.toISOString() },
      metrics: {
        operations: { used: operations, unit: 'ops' as const },
        storage: { used: sizeBytes / GIB, unit: 'GiB' as const },
      },
      generatedAt: now.toISOString(),
    }
  },
})
