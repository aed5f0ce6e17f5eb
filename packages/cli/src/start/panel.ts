import { join } from 'node:path'
import { shellQuote } from '../output/quote.ts'
import { showPath } from '../output/show-path.ts'
import { styled } from '../output/style.ts'
import { type Bootstrap, GATEWAY_ENGINES, type Gateways } from './bootstrap-file.ts'

export interface PanelFacts {
  readonly url: string
  readonly gateways: Gateways
  readonly bootstrap: Bootstrap
  readonly bootstrapPath: string
  readonly dataDirectory: string
  readonly directory: string
  readonly firstStart: boolean
  /** Whether a command finds this data directory without being told. */
  readonly isDefaultDirectory: boolean
}

const TITLES = { postgres: 'PostgreSQL', mariadb: 'MariaDB', redis: 'Redis' } as const

function rows(facts: PanelFacts): (readonly [string, string])[] {
  const bootstrap = showPath(facts.bootstrapPath, facts.directory)
  const password = facts.firstStart
    ? (facts.bootstrap.adminPassword ?? `in ${bootstrap}`)
    : `adminPassword in ${bootstrap}`
  return [
    ['API', facts.url],
    ['Reference', `${facts.url}/reference`],
    ...GATEWAY_ENGINES.flatMap((engine) => {
      const gateway = facts.gateways[engine]
      return gateway ? [[TITLES[engine], `${gateway.host}:${gateway.port}`] as const] : []
    }),
    ['Login', facts.bootstrap.adminEmail ?? `in ${bootstrap}`],
    ['Password', password],
    ['Tokens', bootstrap],
    ['Logs', showPath(join(facts.dataDirectory, 'logs'), facts.directory)],
  ]
}

/** What a person needs after a start, as lines. */
export function panel(facts: PanelFacts, stream: NodeJS.WriteStream): string[] {
  const where = facts.isDefaultDirectory ? [] : ['--data-dir', shellQuote(facts.dataDirectory)]
  const command = ['npx croft database create my-first-database', ...where].join(' ')
  const ask = facts.firstStart ? 'Create your first database:' : 'Create a database:'
  return [
    '',
    `  ${styled(stream, 'bold', 'Croft is running.')}`,
    '',
    ...rows(facts).map(([label, value]) => `  ${styled(stream, 'dim', label.padEnd(12))}${value}`),
    '',
    `  ${ask}`,
    '',
    `    ${styled(stream, 'cyan', command)}`,
    '',
    `  ${styled(stream, 'dim', 'Ctrl-C stops everything; the data stays.')}`,
    '',
  ]
}
