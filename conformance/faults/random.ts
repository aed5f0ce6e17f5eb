/** Numbers from 0 to below 1 from a seed, so that a failing run can be repeated (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A fresh seed, or the one of the run to repeat (`CROFT_TEST_SEED`). It is printed. */
export function newSeed(): number {
  const seed = Number(process.env.CROFT_TEST_SEED ?? Math.floor(Math.random() * 2 ** 32))
  console.log(`seed ${seed} (CROFT_TEST_SEED=${seed} repeats it)`)
  return seed
}
