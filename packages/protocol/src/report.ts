import { type Static, Type } from 'typebox'
import { ObservedInstance } from './instance.ts'
import { TaskReport } from './task.ts'

export const UsageSample = Type.Object({
  instanceId: Type.String(),
  /** ISO time; with the instance it names the sample, so a repeated one is stored once. */
  at: Type.String(),
  /** `pg_database_size` over all databases of the server. */
  sizeBytes: Type.Number(),
  /** Statements run since the sample before. */
  operations: Type.Number(),
})
export type UsageSample = Static<typeof UsageSample>

/** Something that happened on a host which nobody asked for through the API. */
export const AgentEvent = Type.Object({
  id: Type.String(),
  at: Type.String(),
  kind: Type.Union([
    Type.Literal('instance.woke'),
    Type.Literal('instance.slept'),
    Type.Literal('instance.crashed'),
    Type.Literal('instance.restarted'),
    /** A directory on this host belongs to no instance the control plane knows; kept, not served. */
    Type.Literal('instance.unknown'),
    /** The server found a page whose checksum is wrong; `detail` names database, relation and block. */
    Type.Literal('instance.corrupted'),
    /** Its data takes all the storage it may have; its server refuses writes until there is room. */
    Type.Literal('instance.storage-full'),
    Type.Literal('instance.storage-free'),
    Type.Literal('archive.lagging'),
    Type.Literal('archive.caught-up'),
    /** Changes were dropped before they were archived; a new chain began. */
    Type.Literal('archive.broken'),
  ]),
  instanceId: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
})
export type AgentEvent = Static<typeof AgentEvent>

/** What an agent tells. Kept and sent again until the `ack` of its `seq`. */
export const Report = Type.Object({
  type: Type.Literal('report'),
  seq: Type.Integer(),
  observed: Type.Array(ObservedInstance),
  tasks: Type.Array(TaskReport),
  usage: Type.Array(UsageSample),
  events: Type.Array(AgentEvent),
})
export type Report = Static<typeof Report>
