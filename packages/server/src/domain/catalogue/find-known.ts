import { CroftError } from '../../platform/errors/index.ts'
import { dataServiceIdOf, imageIdOf, versionIdOf } from './catalogue-ids.ts'
import { KNOWN_DATA_SERVICES, type KnownDataService } from './data-service-table.ts'

const BY_ID: ReadonlyMap<string, KnownDataService> = new Map(
  KNOWN_DATA_SERVICES.map((known) => [dataServiceIdOf(known.shortName), known]),
)

/** What is known of a data service without looking at hosts. */
export const findKnown = (dataServiceId: string): KnownDataService | undefined =>
  BY_ID.get(dataServiceId.toLowerCase())

/** What a database is of. Throws `engine-not-found` for an engine that is no data service. */
export function imageOf(
  engine: string,
  engineVersion: string,
): { readonly imageId: string; readonly versionId: string; readonly dataServiceId: string } {
  const known = KNOWN_DATA_SERVICES.find((each) => each.engine === engine)
  if (!known) throw new CroftError('engine-not-found', `There is no data service of the engine ${engine}.`)
  return {
    imageId: imageIdOf(engine, engineVersion),
    versionId: versionIdOf(engine, engineVersion),
    dataServiceId: dataServiceIdOf(known.shortName),
  }
}
