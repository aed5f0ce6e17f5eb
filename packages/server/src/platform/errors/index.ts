export * from './codes.ts'
export * from './croft-error.ts'
