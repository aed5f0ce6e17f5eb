/** How many nodes a deployment of a data service may have. */
export interface NodeRestrictions {
  /** Every number there may be; empty for any. */
  readonly simple: readonly number[]
  /** Numbers that stay as they are once a deployment has so many. */
  readonly resizeDisabled: readonly number[]
  readonly downsizeEnabled: boolean
  /** The same as a sentence; empty when any number will do. */
  readonly sentence: string
}

/** A kind of database that can be ordered, now or some day. */
export interface DataService {
  readonly id: string
  readonly name: string
  /** What names of its deployments begin with. */
  readonly shortName: string
  /** What it runs on; null for those that Croft only knows by name. */
  readonly engine: 'postgres' | 'mariadb' | 'redis' | null
  readonly hasFullBackup: boolean
  readonly hasIncrementalBackup: boolean
  /** No connected host can run it. */
  readonly comingSoon: boolean
  readonly nodes: NodeRestrictions
  readonly createdAt: Date
}

export interface Version {
  readonly id: string
  readonly dataServiceId: string
  readonly name: string
  /** A connected host can run it. */
  readonly enabled: boolean
  /** What hosts call it; null where there is no engine, or no host has ever told of it. */
  readonly engineVersion: string | null
  readonly createdAt: Date
}

/** A build of a version; each has one. */
export interface Image {
  readonly id: string
  readonly versionId: string
  readonly dataServiceId: string
  readonly name: string
  readonly namespace: string
  readonly registry: string
  /** The version's name. */
  readonly tag: string
  /** Seven hexadecimal digits. */
  readonly build: string
  readonly images: Readonly<Record<string, string>>
  /** By name, the version of each: `pds_restore` is `v1`. */
  readonly capabilities: Readonly<Record<string, string>>
  readonly tlsAvailable: boolean
  readonly createdAt: Date
}

export interface FoundImage {
  readonly image: Image
  readonly version: Version
  readonly dataService: DataService
}

/** Which versions a deployment of one may be changed to. */
export interface CompatibleVersions {
  readonly dataService: DataService
  readonly version: Version
  /** Oldest first, with the version itself. */
  readonly compatible: readonly Version[]
  /** The newest of each patch line of those. */
  readonly latest: readonly Version[]
  /** The newest of its own patch line. */
  readonly latestPatch: Version
}
