/** What every JSON object of this API begins with. */
export interface Links {
  readonly self: string
  /** Of lists only. */
  readonly count?: number
  readonly previous?: string | null
  readonly next?: string | null
}

/** A body of this API, an error's too: `_links` and then its own fields; a list's items lie under its kind's name. */
export interface Hal {
  readonly _links: Links
  readonly [field: string]: unknown
}
