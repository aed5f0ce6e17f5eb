import { ANONYMOUS, isAllowed, type Principal } from '../../packages/server/src/domain/access/index.ts'
import type { Rule } from '../../packages/server/src/domain/access/rules/rule.ts'
import { type Benchmark, toRow } from './benchmark.ts'

const DATABASE = {
  id: 'd1',
  workspaceId: 'w1',
  projectId: 'p1',
  name: 'shop',
  engine: 'postgres',
  region: 'us-east-1',
  size: 'nano',
  branchId: null,
}

/** A workspace's administrator who sends a key that forbids what is in production. */
const CALLER: Principal = {
  ...ANONYMOUS,
  type: 'user',
  bindings: [{ role: 'workspace-admin', scope: { type: 'workspace', id: 'w1' } }],
  ruleSets: [
    {
      version: 'benchmark',
      rules: [
        {
          action: ['delete'],
          subject: ['databases'],
          inverted: true,
          conditions: { name: { $regex: '^prod' } },
        },
      ],
    },
  ],
}

const manyRules = (count: number): Rule[] =>
  Array.from({ length: count }, (_, index) => ({
    action: ['read', 'update'],
    subject: ['databases'],
    inverted: index % 3 === 0,
    conditions: { projectId: `p${index}`, name: { $in: ['a', 'b'] } },
    ...(index % 5 === 0 ? { priority: index % 100 } : {}),
  }))

/** The rules' own speed, in this process: no request is made. */
export const permissionChecks: Benchmark = {
  name: 'permission-checks',
  async run({ rounds, quick, progress }) {
    const checks = quick ? 200_000 : 2_000_000
    const rates: number[] = []
    const builds: number[] = []
    // The first is for the compiler.
    for (let round = 0; round <= rounds; round++) {
      const began = performance.now()
      let allowed = 0
      for (let check = 0; check < checks; check++) {
        if (isAllowed(CALLER, check % 2 === 0 ? 'read' : 'delete', 'databases', DATABASE)) allowed++
      }
      const seconds = (performance.now() - began) / 1000
      if (allowed !== checks) throw new Error('A check was answered wrongly.')
      const caller = { ...ANONYMOUS, ruleSets: [{ version: `round ${round}`, rules: manyRules(1000) }] }
      const beganBuild = performance.now()
      // Of a project that no rule names, so that every condition is compiled and asked.
      isAllowed(caller, 'read', 'databases', { ...DATABASE, projectId: 'none' })
      const build = performance.now() - beganBuild
      if (round === 0) continue
      rates.push(checks / seconds)
      builds.push(build)
      progress(
        `round ${round}: ${(checks / seconds / 1e6).toFixed(2)} million a second, build ${build.toFixed(1)} ms`,
      )
    }
    return [
      toRow({
        what: 'permission check with a cached ability',
        goal: '> 2,000,000 a second',
        unit: '/s',
        values: rates,
        better: 'more',
        limit: { median: 2_000_000 },
      }),
      toRow({
        what: 'ability of 1,000 rules, built',
        goal: '< 50 ms',
        unit: 'ms',
        values: builds,
        better: 'less',
        limit: { median: 50 },
      }),
    ]
  },
}
