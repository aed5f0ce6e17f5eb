/** An OpenAPI document that the reference shows. */
export interface ApiDocument {
  /** In the reference's address: `/reference#prisma`. */
  readonly slug: string
  readonly title: string
  /** Where the document is served. */
  readonly url: string
  /** A page of its own, where the original API has one. */
  readonly editorPath?: string
}
