export * from './base36.ts'
export * from './id-time.ts'
export * from './is-uuid.ts'
export * from './new-id.ts'
