// The spec reporter, with the counts as the very last lines, also after a list of failures.
import { Readable } from 'node:stream'
import { spec } from 'node:test/reporters'

const COUNT = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /

export default async function* report(events) {
  const counts = []
  async function* withoutCounts() {
    for await (const event of events) {
      if (event.type === 'test:diagnostic' && event.data.nesting === 0 && COUNT.test(event.data.message))
        counts.push(event.data.message)
      else yield event
    }
  }
  yield* Readable.from(withoutCounts()).compose(new spec())
  yield `\n${counts.map((count) => `# ${count}\n`).join('')}`
}
