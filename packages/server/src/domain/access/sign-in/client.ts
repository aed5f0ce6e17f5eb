/**
 * The built-in application that users sign in to, which then acts as they do everywhere; others act in one workspace.
 * The migrations make it.
 */
export const SIGN_IN_CLIENT_ID = 'croft-pds'

export const signsIn = ({ clientId }: { readonly clientId: string }): boolean =>
  clientId === SIGN_IN_CLIENT_ID
