/** What is no secret of where an S3 store is and how it is spoken to. */
export interface S3Location {
  readonly type: 's3'
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly prefix: string
  readonly pathStyle: boolean
  readonly accessKeyId: string
}

export interface DirectoryLocation {
  readonly type: 'directory'
  /** On every host that stores there. */
  readonly path: string
}

/** A container of blobs in Azure. */
export interface AzureLocation {
  readonly type: 'azure'
  /** `https://<account>.blob.core.windows.net`, or an emulator's with the account as path. */
  readonly endpoint: string
  readonly account: string
  readonly container: string
  readonly prefix: string
}

/** A bucket of Google's Cloud Storage. */
export interface GoogleLocation {
  readonly type: 'google'
  readonly endpoint: string
  readonly bucket: string
  readonly prefix: string
  readonly projectId: string
}

export type Location = S3Location | DirectoryLocation | AzureLocation | GoogleLocation

/** Where a workspace's backups and archives may go besides their hosts' own directories. Never with its secret. */
export interface BackupTarget {
  readonly id: string
  readonly workspaceId: string
  readonly name: string
  readonly location: Location
  readonly state: 'unknown' | 'ok' | 'failing'
  /** Why it is failing. */
  readonly stateMessage: string | null
  readonly probedAt: Date | null
  /** Databases that store there. */
  readonly databases: number
  readonly createdAt: Date
  readonly updatedAt: Date
}
