import { isIPv4, isIPv6 } from 'node:net'
import { CroftError } from '../../platform/errors/index.ts'
import type { FoundImage } from '../catalogue/index.ts'
import { capabilityOf, type DeploymentTarget } from '../deployment-targets/index.ts'
import { LONGEST_NAME } from './cluster-resource-name.ts'
import type { DeploymentWish } from './deployment-wish.ts'

/** As Kubernetes takes names, which clients of this API use theirs for. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const DNS_ZONE = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i

/** Throws `not-applicable` that names the field. */
export function refuse(field: string, message: string, hint?: string): never {
  throw new CroftError('not-applicable', message, {
    fields: [{ path: `/${field}`, message }],
    ...(hint === undefined ? {} : { hint }),
  })
}

/** What can be said without looking anything up. Throws `invalid-input`, `not-applicable`. */
export function checkWords({ name, dnsZone, loadBalancerSourceRanges = [] }: DeploymentWish): void {
  if (!NAME.test(name) || name.length > LONGEST_NAME) {
    throw new CroftError(
      'invalid-input',
      `A deployment cannot be called ${JSON.stringify(name.slice(0, 80))}.`,
      {
        fields: [
          { path: '/name', message: `must be 1 to ${LONGEST_NAME} of a to z, 0 to 9 and inner hyphens` },
        ],
      },
    )
  }
  if (dnsZone !== undefined && dnsZone !== null && dnsZone !== '' && !DNS_ZONE.test(dnsZone)) {
    refuse('dns_zone', 'The DNS zone is no domain name.')
  }
  const wrong = loadBalancerSourceRanges.find((range) => !isRange(range))
  if (wrong !== undefined) {
    refuse(
      'load_balancer_source_ranges',
      `${JSON.stringify(wrong.slice(0, 60))} is no range of addresses.`,
      'Write 10.0.0.0/8.',
    )
  }
}

function isRange(range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/')
  if (rest.length > 0 || bits === undefined || !/^\d{1,3}$/.test(bits)) return false
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128)
}

/** Throws `not-applicable` for a number of nodes that the data service cannot have. */
export function checkNodeCount({ dataService }: FoundImage, nodeCount: number): void {
  const { simple, sentence } = dataService.nodes
  if (nodeCount < 1) refuse('node_count', 'A deployment has at least one node.')
  if (simple.length === 0 || simple.includes(nodeCount)) return
  refuse('node_count', `${dataService.name} cannot have ${nodeCount} nodes. ${sentence}`.trim())
}

/** Throws `not-applicable` unless the connections can be, or need not be, encrypted there. */
export function checkTls(
  { image, dataService }: FoundImage,
  target: DeploymentTarget,
  tlsEnabled: boolean,
): void {
  // The official suite reads this sentence.
  if (target.tlsRequired && !tlsEnabled) {
    refuse('tls_enabled', 'policy requires enabling TLS for this deployment')
  }
  if (!tlsEnabled) return
  if (!image.tlsAvailable) refuse('tls_enabled', `There is no TLS for ${dataService.name}.`)
  if (!target.capabilities.data_service_tls) {
    refuse('tls_enabled', `The deployment target ${target.name} cannot encrypt connections.`)
  }
}

export interface RunnableOn {
  readonly engine: string
  readonly engineVersion: string
  readonly hostId: string
}

/** The engine that runs the image on this target's host. Throws `not-applicable` when nothing does, with why. */
export function runnableOn(
  { image, version, dataService }: FoundImage,
  target: DeploymentTarget,
): RunnableOn {
  if (target.targetId === null) {
    refuse(
      'deployment_target_id',
      `Croft can make nothing on ${target.name}: its agent only reports.`,
      'Send Local-Only: true to only write the deployment down, or choose a host of Croft.',
    )
  }
  const { engine, comingSoon, name } = dataService
  const { engineVersion } = version
  if (comingSoon || engine === null || engineVersion === null) {
    refuse(
      'image_id',
      `${name} is coming soon: no host runs it yet.`,
      'Data services whose coming_soon is false can be deployed.',
    )
  }
  if (target.status !== 'healthy') {
    refuse(
      'deployment_target_id',
      `The deployment target ${target.name} is not healthy.`,
      'Wait until its agent is back.',
    )
  }
  if (!target.capabilities[capabilityOf(engine)]) {
    refuse(
      'deployment_target_id',
      `The deployment target ${target.name} cannot run ${name}.`,
      `Run "croft engine install ${engine}" there.`,
    )
  }
  if (!version.enabled) {
    refuse(
      'image_id',
      `${name} ${image.tag} is installed on no connected host.`,
      `Run "croft engine install ${engine}@${engineVersion}" on one, or choose an image of an enabled version.`,
    )
  }
  return { engine, engineVersion, hostId: target.targetId }
}
