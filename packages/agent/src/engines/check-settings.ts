import { AgentFault } from '../fault.ts'

/** What a setting's value looks like. */
export interface Kind {
  readonly pattern: RegExp
  readonly example: string
}

/** Checks settings against those that may be chosen. Throws `AgentFault` that names the first setting that is wrong. */
export function checkSettings(
  engine: string,
  allowed: Readonly<Record<string, Kind>>,
  settings: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(settings)) {
    const kind = Object.hasOwn(allowed, name) ? allowed[name] : undefined
    if (!kind) {
      throw new AgentFault('server-start-failed', `The setting "${name}" of ${engine} cannot be chosen.`)
    }
    if (!kind.pattern.test(value)) {
      throw new AgentFault(
        'server-start-failed',
        `The setting ${name} is ${JSON.stringify(value.slice(0, 40))}; it should look like "${kind.example}".`,
      )
    }
  }
}
