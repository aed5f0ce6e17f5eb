import { Type } from 'typebox'
import { newId } from '../../../../platform/ids/index.ts'
import { operation } from '../../operation.ts'
import { Uuid } from '../../schemas/wire.ts'

export const searchCopilot = operation({
  tag: 'Copilot',
  summary: 'Ask how to do something with a data service',
  description:
    'Answered from a collection that comes with Croft, or by a model where one is configured. What is no such question is 422.',
  body: Type.Object({
    data_service_id: Type.Optional(Uuid),
    query: Type.String({ description: 'Such as "how to list all records of table employee".' }),
  }),
  status: 200,
  response: Type.Object({
    id: Uuid,
    data_service_id: Type.Optional(Uuid),
    query: Type.String(),
    response: Type.String({ description: 'Markdown.' }),
    response_time: Type.String({ description: 'How long it took, as Go writes durations: "3.2ms".' }),
  }),
  async handle({ call, body }, { copilot }) {
    const { data_service_id: dataServiceId, query } = body
    const begun = performance.now()
    const response = await copilot.search(call, { dataServiceId, query })
    return {
      id: newId(),
      ...(dataServiceId === undefined ? {} : { data_service_id: dataServiceId }),
      ...{ query, response },
      response_time: `${(performance.now() - begun).toFixed(1)}ms`,
    }
  },
})
