export interface ServerSettings {
  readonly port: number
  readonly directory: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Undefined takes signatures of any region. */
  readonly region: string | undefined
  readonly pageSize: number
}
