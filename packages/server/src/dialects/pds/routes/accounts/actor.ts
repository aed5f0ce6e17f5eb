import { operation } from '../../operation.ts'
import { presentActor } from '../../presenters/account.ts'
import { Actor, Question, Verdict } from '../../schemas/actor.ts'

const tag = 'Callers'

export const whoAmI = operation({
  tag,
  summary: 'Who calls',
  status: 200,
  response: Actor,
  async handle({ call }, { accounts }) {
    return presentActor(await accounts.whoAmI(call))
  },
})

export const askAuthorizer = operation({
  tag,
  summary: 'May the caller do this',
  description:
    'Of what does not exist the answer is no. To create or list things, name what they are in: of deployments the project, of backups the deployment, of the rest the tenant.',
  body: Question,
  status: 200,
  response: Verdict,
  async handle({ call, body }, { accounts }) {
    const { operation, entity_type: entityType, entity_id: entityId } = body
    return { allow: await accounts.askAuthorizer(call, { operation, entityType, entityId }) }
  },
})
