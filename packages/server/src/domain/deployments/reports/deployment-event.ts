/** Something that happened to a deployment, as Kubernetes tells such things. */
export interface DeploymentEvent {
  readonly deploymentId: string
  readonly deploymentTargetId: string
  /** One of a deployment has it once. */
  readonly name: string
  readonly namespace: string
  /** `Normal` or `Warning`; there may be others. */
  readonly type: string
  /** For programs, `FailedScheduling`. */
  readonly reason: string
  readonly message: string
  /** How often it happened. */
  readonly count: number
  readonly action: string
  readonly resourceKind: string
  readonly resourceName: string
  /** When it happened last. */
  readonly at: Date
}

/** What is kept, and shown, of one deployment: the newest. */
export const MOST_EVENTS = 1000
