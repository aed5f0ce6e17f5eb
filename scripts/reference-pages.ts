import { cliPage } from './cli-page.ts'
import { enginesPage } from './engines-page.ts'
import { rolesPage } from './roles-page.ts'
import { settingsPage } from './settings-page.ts'

/** The pages of docs/reference that are made from code, by file name. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['settings.md', settingsPage()],
    ['cli.md', await cliPage()],
    ['engines.md', await enginesPage()],
    ['roles.md', rolesPage()],
  ])
}
