import { CliFault } from '../fault.ts'
import type { Api } from './api.ts'
import type { Database } from './resources.ts'
import { isUuid } from './uuid.ts'

/** The database that a name or id on the command line means. Throws when there is none, or more than one. */
export async function findDatabase(api: Api, nameOrId: string): Promise<Database> {
  if (isUuid(nameOrId)) return api.get<Database>(`/databases/${nameOrId}`)
  const found = await api.list<Database>('/databases', { name: nameOrId })
  const [first] = found
  if (first && found.length === 1) return first
  if (first) {
    throw new CliFault(`${found.length} databases are called "${nameOrId}".`, {
      hint: `Say which by its id: ${found.map((database) => database.id).join(', ')}`,
    })
  }
  const all = await api.list<Database>('/databases')
  const names = [...new Set(all.map((database) => database.name))].sort()
  throw new CliFault(`There is no database "${nameOrId}".`, {
    hint:
      names.length === 0
        ? 'There are none yet; create one: croft database create NAME'
        : `There is: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', ...' : ''}`,
  })
}
