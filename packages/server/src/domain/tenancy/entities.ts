export interface Organization {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
}

export interface Workspace {
  readonly id: string
  readonly organizationId: string
  readonly name: string
  readonly createdAt: Date
}

export interface Project {
  readonly id: string
  readonly workspace: { readonly id: string; readonly name: string }
  readonly name: string
  /** Unique in the workspace; a caller's own name for it. */
  readonly logicalId: string | null
  /** The region of its default database, or null while it has none. */
  readonly defaultRegion: string | null
  /** A temporary project's end. */
  readonly expiresAt: Date | null
  readonly createdAt: Date
}

export interface Branch {
  readonly id: string
  readonly project: { readonly id: string; readonly name: string }
  readonly gitName: string
  readonly isDefault: boolean
  readonly role: 'production' | 'preview'
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface FoundBranch extends Branch {
  readonly workspaceId: string
}
