import type { Executor } from '../../platform/db/connect.ts'
import { idTime } from '../../platform/ids/index.ts'
import { type Engine, readEngines } from '../engines/index.ts'
import { buildOf, dataServiceIdOf, imageIdOf, versionIdOf } from './catalogue-ids.ts'
import { KNOWN_DATA_SERVICES, type KnownDataService } from './data-service-table.ts'
import type { DataService, FoundImage, Image, Version } from './entities.ts'

/** All that can be ordered, in the order of the table of data services and of versions, newest first. */
export interface CatalogueContent {
  readonly dataServices: readonly DataService[]
  readonly versions: readonly Version[]
  readonly images: readonly Image[]
}

/** When the table of data services was published; each that follows is a second later, which keeps their order. */
const PUBLISHED_AT = Date.UTC(2023, 8, 1)
const RUNNING = {
  capabilities: { pds_restore: 'v1', pds_system_users: 'v1' },
  tlsAvailable: true,
} as const
const KNOWN_BY_NAME = { capabilities: {}, tlsAvailable: false } as const

/** The catalogue as the hosts make it at this moment. Authorizes nothing. */
export async function readCatalogue(db: Executor): Promise<CatalogueContent> {
  const engines = await readEngines(db)
  const found = KNOWN_DATA_SERVICES.map((known, position) => describe(known, position, engines))
  return {
    dataServices: found.map(({ dataService }) => dataService),
    versions: found.flatMap(({ versions }) => versions),
    images: found.flatMap(({ images }) => images),
  }
}

function describe(known: KnownDataService, position: number, engines: readonly Engine[]) {
  const { published, ...rest } = known
  const id = dataServiceIdOf(known.shortName)
  const line = known.engine ?? known.shortName
  const publishedAt = new Date(PUBLISHED_AT + position * 1000)
  const onHosts = engines.find(({ name }) => name === known.engine)?.versions.toReversed() ?? []
  const versions: Version[] =
    onHosts.length > 0
      ? onHosts.map(({ id: seen, version, installed }) => ({
          ...{ id: versionIdOf(line, version), dataServiceId: id, name: version },
          ...{ enabled: installed, engineVersion: version, createdAt: idTime(seen) ?? publishedAt },
        }))
      : published.map((name, age) => ({
          ...{ id: versionIdOf(line, name), dataServiceId: id, name },
          ...{ enabled: false, engineVersion: null, createdAt: new Date(publishedAt.getTime() - age) },
        }))
  const images = versions.map(({ id: versionId, name, createdAt }): Image => {
    const words = { name: line, namespace: 'croft', registry: '', tag: name, build: buildOf(line, name) }
    const image = { id: imageIdOf(line, name), versionId, dataServiceId: id, ...words, images: {}, createdAt }
    return { ...image, ...(known.engine === null ? KNOWN_BY_NAME : RUNNING) }
  })
  const comingSoon = !versions.some(({ enabled }) => enabled)
  const dataService: DataService = { ...rest, id, comingSoon, createdAt: publishedAt }
  return { dataService, versions, images }
}

/** The image with what it is of. Authorizes nothing. */
export async function findImage(db: Executor, id: string): Promise<FoundImage | undefined> {
  const { images, versions, dataServices } = await readCatalogue(db)
  const image = images.find((each) => each.id === id.toLowerCase())
  const version = versions.find((each) => each.id === image?.versionId)
  const dataService = dataServices.find((each) => each.id === image?.dataServiceId)
  return image && version && dataService ? { image, version, dataService } : undefined
}
