import { type Html, html } from '../../page/html.ts'
import type { Kind } from '../endpoint.ts'
import type { Hal } from '../hal.ts'
import { link, links, NOTHING, space, status, time, yes } from './cells.ts'
import type { Lookup } from './lookup.ts'
import { textOf } from './read-hal.ts'

/** A fact of a thing, in plain words. */
export interface Fact {
  readonly label: string
  /** Of lists too, and not of a thing's own page only. */
  readonly listed: boolean
  show(hal: Hal, lookup: Lookup): Html | Promise<Html>
}

const listed = (label: string, show: Fact['show']): Fact => ({ label, listed: true, show })
const shown = (label: string, show: Fact['show']): Fact => ({ label, listed: false, show })
const linked = (field: string) => (hal: Hal, lookup: Lookup) => link(lookup, textOf(hal, field))

/** What is told of each kind besides its name. */
export const FACTS: Readonly<Record<Kind, readonly Fact[]>> = {
  database: [
    listed('Status', status),
    listed('Plan', linked('plan')),
    listed('Environment', linked('environment')),
    listed('Project', linked('project')),
    listed('Used', space),
    shown('Engine', linked('engine')),
    shown('Team', linked('team')),
    shown('Created', (hal) => time(hal, 'created_at')),
  ],
  credential: [listed('Database', linked('database'))],
  project: [],
  plan: [
    listed('Engine type', linked('engine_type')),
    listed('Environments', (hal, lookup) => links(lookup, hal, 'environments')),
    listed('Description', (hal) => html`${textOf(hal, 'description') ?? NOTHING}`),
    listed('For new databases', (hal) => {
      if (hal.is_active !== true) return html`<span class="badge">No longer</span>`
      return yes(hal.is_default, 'Default', 'good') ?? html`Yes`
    }),
  ],
  environment: [],
  enginetype: [],
  engine: [listed('Engine type', linked('engine_type'))],
  team: [],
}
