import { operation } from '../operation.ts'
import { Root } from '../schemas/catalogue.ts'

export const getRoot = operation({
  tag: 'Root',
  summary: 'What there is',
  status: 200,
  response: Root,
  async handle({ links }) {
    return {
      _links: { self: links.url },
      credential: links.list('credential'),
      database: links.list('database'),
      engine: links.list('engine'),
      engine_type: links.list('enginetype'),
      environment: links.list('environment'),
      plan: links.list('plan'),
      project: links.list('project'),
      team: links.list('team'),
    }
  },
})
