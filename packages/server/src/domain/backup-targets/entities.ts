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

export type Location = S3Location | DirectoryLocation

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
}
