import type { WarmPool } from './warm-pool.ts'

/** The pools of several engines as one. All of them rest while a creation of any engine is under way. */
export function joinPools(pools: readonly WarmPool[]): WarmPool {
  const all = async (work: (pool: WarmPool) => Promise<void>) => {
    await Promise.all(pools.map(work))
  }
  return {
    begin() {
      for (const pool of pools) pool.begin()
    },
    take(engine, version, resources) {
      for (const pool of pools) {
        const found = pool.take(engine, version, resources)
        if (found) return found
      }
      return undefined
    },
    during: (creation) => all((pool) => pool.during(creation)),
    full: () => all((pool) => pool.full()),
    close: () => all((pool) => pool.close()),
  }
}
