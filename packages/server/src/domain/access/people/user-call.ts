import { ANONYMOUS, type Call } from '../principal.ts'

/** What a user does in the moment of proving who it is: for the trail, without any rights. */
export function userCall(user: { readonly id: string; readonly email: string }, requestId: string): Call {
  return {
    principal: { ...ANONYMOUS, type: 'user', id: user.id, name: user.email, userId: user.id },
    requestId,
  }
}
