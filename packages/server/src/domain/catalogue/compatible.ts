import { compareVersions } from '../engines/index.ts'
import type { CompatibleVersions, Version } from './entities.ts'
import type { CatalogueContent } from './read-catalogue.ts'

const majorOf = (name: string): string => name.split(/[.-]/)[0] ?? name
/** All but the last part of a version's name. */
const patchLineOf = (name: string): string => name.replace(/\.[^.]*$/, '')

/**
 * Whether a deployment of one version may become one of the other: of the same data service and major version, whose
 * files both read, and not older.
 */
export function isCompatible(from: Version, to: Version): boolean {
  return (
    from.dataServiceId === to.dataServiceId &&
    majorOf(from.name) === majorOf(to.name) &&
    compareVersions(from.name, to.name) <= 0
  )
}

/** What each version of the catalogue can become. */
export function compatibleVersions({ versions, dataServices }: CatalogueContent): CompatibleVersions[] {
  return versions.flatMap((version) => {
    const dataService = dataServices.find(({ id }) => id === version.dataServiceId)
    if (!dataService) return []
    const compatible = versions
      .filter((other) => isCompatible(version, other))
      .sort((one, other) => compareVersions(one.name, other.name))
    const newest = new Map(compatible.map((each) => [patchLineOf(each.name), each]))
    const latestPatch = newest.get(patchLineOf(version.name)) ?? version
    return [{ dataService, version, compatible, latest: [...newest.values()], latestPatch }]
  })
}
