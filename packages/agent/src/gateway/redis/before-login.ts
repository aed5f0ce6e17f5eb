/** What comes of a command of a client that has not logged in. */
export type Step =
  | {
      readonly do: 'login'
      /** Undefined when only a password was given, or with Redis' name for that: `default`. */
      readonly user: string | undefined
      /** The command to send to the server, with the login that is meant. */
      command(user: string): readonly (Buffer | string)[]
    }
  | { readonly do: 'answer'; readonly reply: string; readonly close?: boolean }
  /** Without an answer. */
  | { readonly do: 'close' }
  | { readonly do: 'nothing' }

const NO_AUTH = '-NOAUTH Authentication required.'
const HELLO_NO_AUTH =
  '-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time'

/** Answers as Redis 7 does before a login. */
export function stepBeforeLogin(args: readonly Buffer[]): Step {
  const [name, ...rest] = args
  if (!name) return { do: 'nothing' }
  switch (name.toString('latin1').toLowerCase()) {
    case 'auth':
      return stepOfAuth(rest)
    case 'hello':
      return stepOfHello(rest)
    case 'quit':
      return { do: 'answer', reply: '+OK', close: true }
    case 'reset':
      return { do: 'answer', reply: '+RESET' }
    // A browser was made to talk to Redis (cross protocol scripting): the commands of its body must not run.
    case 'post':
    case 'host:':
      return { do: 'close' }
    default:
      return { do: 'answer', reply: NO_AUTH }
  }
}

function stepOfAuth(args: readonly Buffer[]): Step {
  const [first, second, ...more] = args
  if (!first) return answer("-ERR wrong number of arguments for 'auth' command")
  if (more.length > 0) return answer('-ERR syntax error')
  if (!second) return { do: 'login', user: undefined, command: (user) => ['AUTH', user, first] }
  return { do: 'login', user: userOf(first), command: (user) => ['AUTH', user, second] }
}

function stepOfHello([version, ...options]: readonly Buffer[]): Step {
  if (!version) return answer(HELLO_NO_AUTH)
  const asked = version.toString('latin1')
  if (!/^-?\d{1,18}$/.test(asked)) {
    return answer('-ERR Protocol version is not an integer or out of range')
  }
  if (asked !== '2' && asked !== '3') return answer('-NOPROTO unsupported protocol version')
  let login: { user: Buffer; at: number } | undefined
  for (let at = 0; at < options.length; at += 1) {
    const option = options[at]?.toString('latin1') ?? ''
    const user = options[at + 1]
    if (/^auth$/i.test(option) && user && options[at + 2]) {
      login = { user, at: at + 1 }
      at += 2
    } else if (/^setname$/i.test(option) && user) at += 1
    else return answer(`-ERR Syntax error in HELLO option '${option.replaceAll(/[\r\n]/g, ' ')}'`)
  }
  if (!login) return answer(HELLO_NO_AUTH)
  const { at } = login
  return {
    do: 'login',
    user: userOf(login.user),
    command: (user) => ['HELLO', version, ...options.slice(0, at), user, ...options.slice(at + 1)],
  }
}

function userOf(name: Buffer): string | undefined {
  const user = name.toString()
  return user === 'default' ? undefined : user
}

function answer(reply: string): Step {
  return { do: 'answer', reply }
}
