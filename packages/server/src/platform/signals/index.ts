export type { Channel } from './channel.ts'
export * from './signals.ts'
