import { type Kind, SEGMENTS } from '../endpoint.ts'

/** What people are told of a kind of thing. */
export interface Words {
  /** `Database List` and `Database Instance` are made of it. */
  readonly title: string
  /** In the menu. */
  readonly plural: string
  /** What it is, for who has never read the documentation. */
  readonly about: string
}

export const WORDS: Readonly<Record<Kind, Words>> = {
  database: {
    title: 'Database',
    plural: 'Databases',
    about:
      'A database is a server of your own, made on a plan and in an environment. It comes with a first credential, so that you can connect at once.',
  },
  credential: {
    title: 'Credential',
    plural: 'Credentials',
    about:
      'A credential is a user name and a password for one database. Croft makes the passwords; open a credential to read its own.',
  },
  project: {
    title: 'Project',
    plural: 'Projects',
    about:
      'A project is a name under which databases are gathered, such as an application’s. A database need not be in one.',
  },
  plan: {
    title: 'Plan',
    plural: 'Plans',
    about:
      'A plan is what you choose for a new database: an engine, such as MySQL or Redis, and a size. Administrators decide which plans there are.',
  },
  environment: {
    title: 'Environment',
    plural: 'Environments',
    about:
      'An environment is where databases run, such as development or production. Administrators decide which there are.',
  },
  enginetype: {
    title: 'Engine Type',
    plural: 'Engine types',
    about: 'An engine type is a kind of database server, such as MySQL, PostgreSQL or Redis.',
  },
  engine: {
    title: 'Engine',
    plural: 'Engines',
    about: 'An engine is one version of an engine type, as it is installed here.',
  },
  team: {
    title: 'Team',
    plural: 'Teams',
    about: 'A team owns databases and projects: those who are in it share them.',
  },
}

export const listPath = (kind: Kind): string => `/api/${SEGMENTS[kind]}/`
