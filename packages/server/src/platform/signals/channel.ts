/** What changed: the payload is its id. Channels of PostgreSQL are shared by a whole database, hence the prefix. */
export const CHANNELS = ['database', 'instance', 'task', 'token', 'event', 'sealed'] as const
export type Channel = (typeof CHANNELS)[number]

const PREFIX = 'croft_'

export function notifyName(channel: Channel): string {
  return `${PREFIX}${channel}`
}

export function channelOf(name: string): Channel | undefined {
  return CHANNELS.find((channel) => notifyName(channel) === name)
}
