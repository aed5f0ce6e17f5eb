import type { Operations } from '../../operation.ts'
import {
  getDataService,
  getVersion,
  listCompatibleVersions,
  listDataServices,
  listDataServiceVersions,
} from './data-service-operations.ts'
import { getImage, listImages, listVersionImages } from './images.ts'

export const catalogueOperations: Operations = {
  listDataServices: ['GET', '/api/data-services', listDataServices],
  getDataService: ['GET', '/api/data-services/{id}', getDataService],
  listDataServiceVersions: ['GET', '/api/data-services/{id}/versions', listDataServiceVersions],
  getVersion: ['GET', '/api/versions/{id}', getVersion],
  listVersionImages: ['GET', '/api/versions/{id}/images', listVersionImages],
  listImages: ['GET', '/api/images', listImages],
  getImage: ['GET', '/api/images/{id}', getImage],
  listCompatibleVersions: ['GET', '/api/compatible-versions', listCompatibleVersions],
}
