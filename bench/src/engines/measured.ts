/** An engine that these benchmarks measure, with its goals: medians in ms. */
export interface Measured {
  readonly name: string
  readonly title: string
  /** What the processes of its servers are called. */
  readonly program: string
  /** What the DBaaS API calls the plan that is there from the start. */
  readonly plan: string
  readonly createMs: number
  readonly wakeMs: number
}

export const MEASURED: readonly Measured[] = [
  {
    name: 'redis',
    title: 'Redis',
    program: 'redis-server',
    plan: 'redis-small',
    createMs: 100,
    wakeMs: 150,
  },
  {
    name: 'mariadb',
    title: 'MariaDB',
    program: 'mariadbd',
    plan: 'mysql-small',
    createMs: 400,
    wakeMs: 600,
  },
]

/** That of the plans, so that both APIs ask the warm pool for the same. */
export const SIZE = 'small'
