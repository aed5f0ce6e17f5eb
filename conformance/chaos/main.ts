import { readOptions, USAGE } from './options.ts'
import { runChaos } from './run-chaos.ts'

async function main(): Promise<number> {
  let options: ReturnType<typeof readOptions>
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    return 2
  }
  if (options === 'help') {
    console.log(USAGE)
    return 0
  }
  console.log(`chaos: seed ${options.seed}, ${options.minutes} minutes, ${options.databases} databases`)
  const { steps, violations, table } = await runChaos(options, console.log)
  for (const violation of violations) console.error(`\nVIOLATION ${violation}`)
  console.log(`\n${steps} steps, ${violations.length} violations. Until it worked again, or was there:`)
  for (const line of table) console.log(line)
  if (violations.length > 0) console.log(`\nAgain: npm run chaos -- --seed ${options.seed} --keep`)
  return violations.length > 0 ? 1 : 0
}

process.exitCode = await main()
