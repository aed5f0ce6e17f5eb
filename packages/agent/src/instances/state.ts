import { DesiredInstance, Fault, Resources } from '@croft/protocol'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { KnownArchive } from '../archive/known-archive.ts'

/** What is kept of an instance on disk, in `instance.json`: enough to serve it without a control plane. */
export const InstanceState = Type.Object({
  format: Type.Literal(1),
  /** The newest that was seen. */
  desired: DesiredInstance,
  /** The epoch that serves and the directory that holds it; `version` is the one its data was made with. */
  served: Type.Union([
    Type.Null(),
    Type.Object({ epoch: Type.Integer(), slot: Type.String(), version: Type.String() }),
  ]),
  /** Newest desired revision applied in full. */
  applied: Type.Integer(),
  /** Fingerprint of the roles and the limit the served data carries; null when unknown. */
  rolesMark: Type.Union([Type.String(), Type.Null()]),
  /** The newest epoch that could not be made. */
  failed: Type.Union([Type.Null(), Type.Object({ epoch: Type.Integer(), fault: Fault })]),
  /** The data's mark at the last clean stop; null while a server runs or after a crash. */
  mark: Type.Union([Type.String(), Type.Null()]),
  /** How far the served data's changes are archived; absent in files from before there were archives. */
  archive: Type.Optional(Type.Union([Type.Null(), KnownArchive])),
  /** The port of its own; absent or null while it has none. */
  port: Type.Optional(Type.Union([Type.Null(), Type.Integer()])),
  /** What its server last answered with; absent in files from before it was kept. */
  proven: Type.Optional(Resources),
  /** Resources that its server did not start with, by their key, and why. */
  refused: Type.Optional(Type.Object({ key: Type.String(), fault: Fault })),
  /** Directories that no longer serve and are to be removed. */
  leftovers: Type.Array(Type.String()),
})
export type InstanceState = Static<typeof InstanceState>

const check = Compile(InstanceState)

/** The state in a file's text. Throws when it is not one. */
export function parseState(text: string): InstanceState {
  const value: unknown = JSON.parse(text)
  if (check.Check(value)) return value
  const [first] = check.Errors(value)
  throw new Error(`instance.json does not fit: ${first?.instancePath ?? ''} ${first?.message ?? ''}`)
}

export function newState(desired: DesiredInstance): InstanceState {
  return {
    format: 1,
    desired,
    served: null,
    applied: 0,
    rolesMark: null,
    failed: null,
    mark: null,
    leftovers: [],
  }
}
