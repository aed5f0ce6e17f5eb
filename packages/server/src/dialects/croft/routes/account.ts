import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { Code, Email, LinkToken, Password } from '../schemas/people.ts'

const tag = 'Account'
const strict = { additionalProperties: false }

export const changePassword = operation({
  tag,
  summary: 'Change the own password',
  description: 'The other sessions end. Who has no password yet sends an empty one.',
  body: Type.Object({ password: Password, newPassword: Password }, strict),
  status: 204,
  async handle({ call, body, address }, { people }) {
    await people.changePassword(call, { ...body, address })
  },
})

export const requestPasswordReset = operation({
  tag,
  summary: 'Ask for a link that resets a password',
  description: 'It goes out by mail, if there is such a user; the answer is the same if not.',
  body: Type.Object({ email: Email }, strict),
  status: 202,
  response: Type.Object({}, strict),
  async handle({ body, address }, { people }) {
    await people.requestPasswordReset({ ...body, address })
    return {}
  },
})

export const resetPassword = operation({
  tag,
  summary: 'Reset a password',
  description: 'With the token of a link. All sessions of the user end.',
  body: Type.Object({ token: LinkToken, password: Password }, strict),
  status: 204,
  async handle({ call, body }, { people }) {
    await people.resetPassword({ ...body, requestId: call.requestId })
  },
})

export const beginSecondFactor = operation({
  tag,
  summary: 'Set a second factor up',
  description: 'A secret for an authenticator app. Nothing asks for its codes before one is confirmed.',
  body: Type.Object({ password: Password }, strict),
  status: 201,
  response: Type.Object(
    {
      secret: Type.String({ description: 'Base 32. Shown this once.' }),
      url: Type.String({ description: 'The same as `otpauth:` URL, for a QR code.' }),
    },
    strict,
  ),
  async handle({ call, body, address }, { people }) {
    return people.beginSecondFactor(call, { ...body, address })
  },
})

export const confirmSecondFactor = operation({
  tag,
  summary: 'Switch the second factor on',
  body: Type.Object({ code: Code }, strict),
  status: 200,
  response: Type.Object(
    {
      recoveryCodes: Type.Array(Type.String(), {
        description: 'Each good for one login without the app. Shown this once.',
      }),
    },
    strict,
  ),
  async handle({ call, body, address }, { people }) {
    return { recoveryCodes: [...(await people.confirmSecondFactor(call, { ...body, address }))] }
  },
})

export const disableSecondFactor = operation({
  tag,
  summary: 'Switch the own second factor off',
  body: Type.Object({ password: Password, code: Code }, strict),
  status: 204,
  async handle({ call, body, address }, { people }) {
    await people.disableSecondFactor(call, { ...body, address })
  },
})
