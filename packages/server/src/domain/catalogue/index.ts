import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import type { SortedPageRequest } from '../sorted-page.ts'
import {
  type DataServiceFilter,
  getDataService,
  getImage,
  getVersion,
  type ImageFilter,
  listCompatible,
  listDataServices,
  listImages,
  listVersions,
  type VersionFilter,
} from './list-entries.ts'
import { findImage } from './read-catalogue.ts'

export { isCompatible } from './compatible.ts'
export { KNOWN_DATA_SERVICES, type KnownDataService } from './data-service-table.ts'
export type {
  CompatibleVersions,
  DataService,
  FoundImage,
  Image,
  NodeRestrictions,
  Version,
} from './entities.ts'
export { findKnown, imageOf } from './find-known.ts'
export { findImage } from './read-catalogue.ts'

/** What kinds of databases there are, in which versions, and which of them hosts can run. */
export function createCatalogue({ db }: { db: Db }) {
  return {
    listDataServices: (call: Call, filter: DataServiceFilter, page: SortedPageRequest) =>
      listDataServices(db, call, filter, page),
    getDataService: (call: Call, id: string) => getDataService(db, call, id),
    listVersions: (call: Call, dataServiceId: string, filter: VersionFilter, page: SortedPageRequest) =>
      listVersions(db, call, dataServiceId, filter, page),
    getVersion: (call: Call, id: string) => getVersion(db, call, id),
    /** With `ofVersion` only of that one, which must be there. */
    listImages: (
      call: Call,
      filter: ImageFilter & { readonly ofVersion?: string },
      page: SortedPageRequest,
    ) => listImages(db, call, filter, page),
    getImage: (call: Call, id: string) => getImage(db, call, id),
    listCompatible: (
      call: Call,
      filter: { readonly dataServiceId?: string | undefined; readonly versionId?: string | undefined },
    ) => listCompatible(db, call, filter),
    /** An image with its version and data service. Authorizes nothing. */
    findImage: (id: string) => findImage(db, id),
  }
}
export type Catalogue = ReturnType<typeof createCatalogue>
