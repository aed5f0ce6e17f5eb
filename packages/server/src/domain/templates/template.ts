/** A setting of an engine. */
export interface ConfigItem {
  readonly key: string
  readonly value: string
  /** Whoever makes a deployment must give the value. */
  readonly deployTime: boolean
}

export interface ConfigurationContent {
  readonly items: readonly ConfigItem[]
}

/** Kubernetes quantities, as they were given; `parseQuantity` reads them. */
export interface ResourcesContent {
  readonly cpuRequest: string
  readonly cpuLimit: string
  readonly memoryRequest: string
  readonly memoryLimit: string
  readonly storageRequest: string
}

export const FILE_SYSTEMS = ['xfs', 'ext4'] as const
export const PROVISIONERS = ['pxd.portworx.com', 'kubernetes.io/portworx-volume', 'auto'] as const

export interface StorageContent {
  readonly fs: (typeof FILE_SYSTEMS)[number]
  /** Each volume of a group is on nodes that no other one is on. */
  readonly fg: boolean
  /** Copies of a volume, 1 to 3. */
  readonly repl: number
  readonly provisioner: (typeof PROVISIONERS)[number]
  /** Encrypted volumes are not offered. */
  readonly secure: false
}

export const TEMPLATE_KINDS = ['configuration', 'resources', 'storage'] as const
export type TemplateKind = (typeof TEMPLATE_KINDS)[number]

export interface TemplateContents {
  readonly configuration: ConfigurationContent
  readonly resources: ResourcesContent
  readonly storage: StorageContent
}

/** What is copied into a deployment when it is made. */
export interface Template<Kind extends TemplateKind = TemplateKind> {
  readonly id: string
  readonly workspaceId: string
  readonly organizationId: string
  readonly kind: Kind
  readonly name: string
  /** Null for storage, which is of none in particular. */
  readonly dataServiceId: string | null
  readonly content: TemplateContents[Kind]
  readonly createdAt: Date
  readonly updatedAt: Date
}
