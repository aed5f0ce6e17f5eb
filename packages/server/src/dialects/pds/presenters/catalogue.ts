import type * as domain from '../../../domain/catalogue/index.ts'
import { timestamp } from '../timestamp.ts'

// Nothing of the catalogue changes once it is there.
const made = ({ createdAt }: { readonly createdAt: Date }) => ({
  created_at: timestamp(createdAt),
  updated_at: timestamp(createdAt),
})

export const presentDataService = (found: domain.DataService) => ({
  id: found.id,
  name: found.name,
  short_name: found.shortName,
  has_full_backup: found.hasFullBackup,
  has_incremental_backup: found.hasIncrementalBackup,
  coming_soon: found.comingSoon,
  nodes_limitations: found.nodes.sentence,
  node_restrictions: {
    simple_config: [...found.nodes.simple],
    resize_disabled: [...found.nodes.resizeDisabled],
    downsize_enabled: found.nodes.downsizeEnabled,
  },
  ...made(found),
})

export const presentVersion = (found: domain.Version) => ({
  id: found.id,
  data_service_id: found.dataServiceId,
  name: found.name,
  enabled: found.enabled,
  ...made(found),
})

export const presentImage = (found: domain.Image) => ({
  id: found.id,
  data_service_id: found.dataServiceId,
  version_id: found.versionId,
  name: found.name,
  namespace: found.namespace,
  registry: found.registry,
  tag: found.tag,
  build: found.build,
  images: { ...found.images },
  capabilities: { ...found.capabilities },
  tls_available: found.tlsAvailable,
  ...made(found),
})

const named = ({ id, name }: domain.Version) => ({ id, name })

export const presentCompatible = (found: domain.CompatibleVersions) => ({
  data_service_id: found.dataService.id,
  data_service_name: found.dataService.name,
  version_id: found.version.id,
  version_name: found.version.name,
  compatible: found.compatible.map(named),
  latest_compatible: found.latest.map(named),
  latest_compatible_patch: named(found.latestPatch),
})
