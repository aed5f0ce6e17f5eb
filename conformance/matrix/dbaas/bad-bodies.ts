import type { Expected } from '../expected.ts'
import type { Operation } from '../operations.ts'
import type { Ids } from '../tenant.ts'
import { linkTo } from './links.ts'

export interface BadBody {
  readonly body: unknown
  readonly expected: Expected
}

// 42 is the text 42, as it was in forms; and so are true and 1.5.
const NO_TEXTS: readonly unknown[] = [
  undefined,
  null,
  '',
  [],
  {},
  ['x'],
  'a\u0000b',
  'a\nb',
  'a\ud800b',
  'a\u2028b',
]
const NO_SLUGS = ['!!!', '. .', '\u200b', '&#0;', "'", '_']
const NO_LINKS: readonly unknown[] = [
  42,
  0,
  1.5,
  true,
  [],
  {},
  ['x'],
  'x',
  '1',
  '/',
  '//',
  '/api/',
  'javascript:alert(1)',
  'http://[',
  '/api/nothing/1/',
  '/api/%64atabase/1/',
  '/api/x/../plan/1/',
  '\u0000',
  'a\ud800b',
  'x'.repeat(10_000),
]
// undefined and `''` are as if the field were not there: a link that may be missing is none then.
const NONE: readonly unknown[] = [undefined, null, '']

const wrong = (field: string): Expected => [400, field]

/** A good body with each of these in one field. */
const each = (good: object, field: string, values: readonly unknown[], at = field): BadBody[] =>
  values.map((value) => ({ body: { ...good, [field]: value }, expected: wrong(at) }))

/** Links that lead to nothing of the kind. */
const badLinks = (good: object, field: 'database' | 'plan' | 'environment' | 'project'): BadBody[] =>
  each(good, field, [
    ...NO_LINKS,
    linkTo(field === 'plan' ? 'environment' : 'plan', '1'),
    ...['0', '01', '-1', '1.0', '1e0', '999999', '9'.repeat(40), '%31', '٣'].map((id) => linkTo(field, id)),
    linkTo(field, '1').slice(0, -1),
    `${linkTo(field, '1')}more/`,
    ` ${linkTo(field, '1')}`,
  ])

/**
 * Bodies that do not fit, with what each is told. This API has no schema to be held against: it takes numbers for
 * texts, ignores what it does not know and, in changes, most of what it does.
 */
export function badBodiesOf({ name }: Operation, ids: Ids): BadBody[] {
  const link = (kind: 'plan' | 'environment' | 'database') => linkTo(kind, ids[kind])
  const whole = ['"text"', 42, null, [], [{}], true].map((body) => ({
    body,
    expected: wrong('non_field_errors'),
  }))
  switch (name) {
    case 'dbaas.createDatabase': {
      const good = { name: 'bad', plan: link('plan'), environment: link('environment') }
      return [
        ...whole,
        ...each(good, 'name', [...NO_TEXTS, ...NO_SLUGS, 'x'.repeat(101)]),
        // What the database server keeps to itself.
        ...each(good, 'name', ['template0', 'Template1!'], 'error'),
        // Longer than PostgreSQL’s names are.
        ...each(good, 'name', ['x'.repeat(64)]),
        ...each(good, 'plan', NONE, 'error'),
        ...each(good, 'environment', NONE, 'error'),
        ...(['plan', 'environment', 'project'] as const).flatMap((field) => badLinks(good, field)),
        {
          body: { name: '', plan: 1, environment: 'x', project: {} },
          expected: wrong('name,plan,environment,project'),
        },
      ]
    }
    case 'dbaas.createCredential': {
      const good = { user: 'bad', database: link('database') }
      return [
        ...whole,
        ...each(good, 'user', [...NO_TEXTS, ...NO_SLUGS]),
        // As a slug 北 has three letters.
        ...each(good, 'user', ['x'.repeat(17), '北'.repeat(16)], '__all__'),
        ...each(good, 'database', NONE),
        ...badLinks(good, 'database'),
      ]
    }
    case 'dbaas.createProject':
    case 'dbaas.replaceProject':
      return [...whole, ...each({}, 'name', [...NO_TEXTS, 'x'.repeat(101)])]
    case 'dbaas.updateProject':
      return [...whole, ...each({}, 'name', [...NO_TEXTS.slice(1), 'x'.repeat(101)])]
    case 'dbaas.replaceDatabase':
    case 'dbaas.updateDatabase':
      return [...whole, ...badLinks({}, 'project')]
    default:
      // Of a credential nothing can be changed, and what is sent is not looked at.
      return whole
  }
}
