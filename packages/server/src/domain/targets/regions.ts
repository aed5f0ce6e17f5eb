/**
 * The regions Prisma's clients hard-code; all of them are accepted everywhere and name the targets that serve
 * them. On one machine the local target serves all.
 */
export const REGIONS = [
  { id: 'us-east-1', name: 'US East (N. Virginia)' },
  { id: 'us-west-1', name: 'US West (N. California)' },
  { id: 'eu-west-3', name: 'Europe (Paris)' },
  { id: 'eu-central-1', name: 'Europe (Frankfurt)' },
  { id: 'ap-northeast-1', name: 'Asia Pacific (Tokyo)' },
  { id: 'ap-southeast-1', name: 'Asia Pacific (Singapore)' },
] as const
export type RegionId = (typeof REGIONS)[number]['id']
export const DEFAULT_REGION: RegionId = 'us-east-1'
