import {
  type Croft,
  newDataDirectory,
  removeDataDirectory,
  startCroft,
} from '../../conformance/harness/croft.ts'

/**
 * Starts Croft with the settings of production, gives it to `use`, then stops it and removes all its data. The rate
 * limit is far away but counted: benchmarks pay for it as clients do.
 */
export async function withCroft<Result>(
  settings: Readonly<Record<string, string>>,
  use: (croft: Croft) => Promise<Result>,
): Promise<Result> {
  const directory = await newDataDirectory()
  try {
    const croft = await startCroft(directory, {
      CROFT_CHECK_RESPONSES: 'off',
      CROFT_RATE_LIMIT: '100000000',
      ...settings,
    })
    try {
      return await use(croft)
    } finally {
      await croft.stop()
    }
  } finally {
    await removeDataDirectory(directory)
  }
}
