import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where all tests of this machine and user find engines that did not come with Croft; `npm test` installs them there. */
export function testEngines(): string {
  const user = process.getuid?.() ?? 0
  const directory = join(tmpdir(), `croft-test-engines-${user}`)
  mkdirSync(directory, { recursive: true })
  if (statSync(directory).uid !== user) throw new Error(`${directory} belongs to somebody else; remove it`)
  // Servers run as another user, who has to get through.
  chmodSync(directory, 0o711)
  return directory
}
