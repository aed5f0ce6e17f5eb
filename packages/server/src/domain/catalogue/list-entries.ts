import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import type { SortedPage, SortedPageRequest } from '../sorted-page.ts'
import { compatibleVersions } from './compatible.ts'
import type { CompatibleVersions, DataService, Image, Version } from './entities.ts'
import { ENTRY_KEYS, pageOfEntries, type SortKeys } from './page-of-entries.ts'
import { type CatalogueContent, readCatalogue } from './read-catalogue.ts'

type Wanted<Item, Field extends keyof Item> = { readonly [Each in Field]?: Item[Each] | undefined }

export type DataServiceFilter = Wanted<
  DataService,
  'id' | 'name' | 'shortName' | 'hasFullBackup' | 'hasIncrementalBackup' | 'comingSoon'
>
export type VersionFilter = Wanted<Version, 'id' | 'name' | 'enabled' | 'dataServiceId'>
export type ImageFilter = Wanted<Image, 'id' | 'name' | 'versionId' | 'dataServiceId'>

const DATA_SERVICE_KEYS: SortKeys<DataService> = {
  ...ENTRY_KEYS,
  name: ({ name }) => name,
  short_name: ({ shortName }) => shortName,
}
const VERSION_KEYS: SortKeys<Version> = { ...ENTRY_KEYS, name: ({ name }) => name }
const IMAGE_KEYS: SortKeys<Image> = { ...ENTRY_KEYS, name: ({ name }) => name }

/** Ids are the same in every spelling. */
const fold = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)

/** Whether an item has every value that is asked for. */
function matches(item: object, filter: object): boolean {
  const fields = item as Readonly<Record<string, unknown>>
  return Object.entries(filter).every(
    ([field, value]) =>
      value === undefined ||
      (/id$/i.test(field) ? fold(fields[field]) === fold(value) : fields[field] === value),
  )
}

/** The catalogue, for anybody who is logged in. */
async function readFor(db: Executor, call: Call): Promise<CatalogueContent> {
  authorize(call.principal, 'read', 'regions', {})
  return readCatalogue(db)
}

function find<Item extends { readonly id: string }>(items: readonly Item[], id: string, noun: string): Item {
  const found = items.find((each) => each.id === id.toLowerCase())
  if (found) return found
  throw new CroftError('data-service-not-found', `There is no ${noun} with this id.`)
}

export async function listDataServices(
  db: Executor,
  call: Call,
  filter: DataServiceFilter,
  page: SortedPageRequest,
): Promise<SortedPage<DataService>> {
  const { dataServices } = await readFor(db, call)
  const wanted = dataServices.filter((each) => matches(each, filter))
  return pageOfEntries(wanted, DATA_SERVICE_KEYS, page)
}

/** Throws `data-service-not-found`. */
export async function getDataService(db: Executor, call: Call, id: string): Promise<DataService> {
  return find((await readFor(db, call)).dataServices, id, 'data service')
}

/** Throws `data-service-not-found` for a data service that there is none of. */
export async function listVersions(
  db: Executor,
  call: Call,
  dataServiceId: string,
  filter: VersionFilter,
  page: SortedPageRequest,
): Promise<SortedPage<Version>> {
  const { dataServices, versions } = await readFor(db, call)
  const dataService = find(dataServices, dataServiceId, 'data service')
  const wanted = versions.filter((each) => matches(each, { ...filter, dataServiceId: dataService.id }))
  return pageOfEntries(wanted, VERSION_KEYS, page)
}

/** Throws `data-service-not-found`. */
export async function getVersion(db: Executor, call: Call, id: string): Promise<Version> {
  return find((await readFor(db, call)).versions, id, 'version')
}

/** Throws `data-service-not-found` for a version that there is none of. */
export async function listImages(
  db: Executor,
  call: Call,
  filter: ImageFilter & { readonly ofVersion?: string },
  page: SortedPageRequest,
): Promise<SortedPage<Image>> {
  const { versions, images } = await readFor(db, call)
  const { ofVersion, ...rest } = filter
  const of = ofVersion === undefined ? {} : { versionId: find(versions, ofVersion, 'version').id }
  return pageOfEntries(
    images.filter((each) => matches(each, { ...rest, ...of })),
    IMAGE_KEYS,
    page,
  )
}

/** Throws `data-service-not-found`. */
export async function getImage(db: Executor, call: Call, id: string): Promise<Image> {
  return find((await readFor(db, call)).images, id, 'image')
}

export async function listCompatible(
  db: Executor,
  call: Call,
  filter: { readonly dataServiceId?: string | undefined; readonly versionId?: string | undefined },
): Promise<readonly CompatibleVersions[]> {
  return compatibleVersions(await readFor(db, call)).filter(({ dataService, version }) =>
    matches({ dataServiceId: dataService.id, versionId: version.id }, filter),
  )
}
