import { type Static, Type } from 'typebox'
import { ChainManifest } from './chain.ts'

/** What an instance keeps of its archive on disk, as of the chain's begin or the last stop in order. */
export const KnownArchive = Type.Object({
  chain: ChainManifest,
  /** The data directory whose log it is. */
  slot: Type.String(),
  /** As `placeOf` names it. */
  place: Type.String(),
  /** Everything before this position is archived. */
  lsn: Type.String(),
  /** Every commit until then is. */
  archivedAt: Type.String(),
  /** The server does not run, and nothing comes after `lsn`. */
  complete: Type.Boolean(),
  /** Names of the last pieces, which may be merged with later ones. */
  small: Type.Array(Type.String()),
})
export type KnownArchive = Static<typeof KnownArchive>
