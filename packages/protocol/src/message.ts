import { type Static, Type } from 'typebox'
import { DesiredInstance, ObservedInstance } from './instance.ts'
import { Report } from './report.ts'
import { Task, TaskReport } from './task.ts'

/** Grows when an older peer could misread a message; peers of different versions refuse each other. */
export const PROTOCOL_VERSION = 4

/** Where the agent's WebSocket joins, on the API's host. `Authorization: Bearer <join token>`. */
export const AGENT_PATH = '/api/croft/v1/agent'

export const EngineOnHost = Type.Object({
  engine: Type.String(),
  version: Type.String(),
  installed: Type.Boolean(),
  /** Why it is not, and what would install it. */
  reason: Type.Optional(Type.String()),
})
export type EngineOnHost = Static<typeof EngineOnHost>

/** What clients of one engine dial on this host. */
export const GatewayAddress = Type.Object({
  engine: Type.String(),
  host: Type.String(),
  port: Type.Integer(),
  /** What a connection string printed for this gateway says, e.g. `disable` on loopback. */
  sslmode: Type.Union([Type.Literal('disable'), Type.Literal('require')]),
})
export type GatewayAddress = Static<typeof GatewayAddress>

/** First message of an agent on each connection: all it has, so that either side may have lost its memory. */
export const Hello = Type.Object({
  type: Type.Literal('hello'),
  protocol: Type.Integer(),
  /** Kept in the agent's data directory; a second agent with the same token is told apart by it. */
  agentId: Type.String(),
  hostname: Type.String(),
  agentVersion: Type.String(),
  engines: Type.Array(EngineOnHost),
  gateways: Type.Array(GatewayAddress),
  observed: Type.Array(ObservedInstance),
  tasks: Type.Array(TaskReport),
})
export type Hello = Static<typeof Hello>

/** Sent when an engine was installed on the host, or removed from it, since the hello. */
export const Engines = Type.Object({ type: Type.Literal('engines'), engines: Type.Array(EngineOnHost) })
export type Engines = Static<typeof Engines>

export const Welcome = Type.Object({
  type: Type.Literal('welcome'),
  protocol: Type.Integer(),
  targetId: Type.String(),
  /** Silence longer than twice this closes the connection on either side; pings are WebSocket pings. */
  heartbeatSeconds: Type.Integer({ minimum: 1 }),
})
export type Welcome = Static<typeof Welcome>

/** `full` lists every instance of the target, tombstones too; otherwise only what changed. */
export const Desired = Type.Object({
  type: Type.Literal('desired'),
  full: Type.Boolean(),
  instances: Type.Array(DesiredInstance),
})
export type Desired = Static<typeof Desired>

export const Tasks = Type.Object({ type: Type.Literal('tasks'), tasks: Type.Array(Task) })
export type Tasks = Static<typeof Tasks>

/** The server has stored everything up to and with `seq`. */
export const Ack = Type.Object({ type: Type.Literal('ack'), seq: Type.Integer() })
export type Ack = Static<typeof Ack>

/** Sent before the server closes: why, and whether trying again can help. */
export const Refusal = Type.Object({
  type: Type.Literal('refusal'),
  code: Type.Union([
    Type.Literal('wrong-protocol'),
    Type.Literal('bad-message'),
    /** Another agent joined with this token before. */
    Type.Literal('other-agent'),
    /** A newer connection of this agent has taken over. */
    Type.Literal('replaced'),
    Type.Literal('draining'),
  ]),
  message: Type.String(),
  retry: Type.Boolean(),
})
export type Refusal = Static<typeof Refusal>

export const FromAgent = Type.Union([Hello, Report, Engines])
export type FromAgent = Static<typeof FromAgent>

export const FromServer = Type.Union([Welcome, Desired, Tasks, Ack, Refusal])
export type FromServer = Static<typeof FromServer>
