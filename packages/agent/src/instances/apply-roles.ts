import type { DesiredInstance } from '@croft/protocol'
import type { Body } from './body.ts'
import { rolesFingerprint } from './fingerprint.ts'
import type { Power } from './power.ts'

async function applyTo(power: Power, desired: DesiredInstance, signal?: AbortSignal): Promise<void> {
  const hold = await power.hold('work', signal)
  try {
    await hold.server.applyRoles(desired.roles, desired.connectionLimit, desired.databaseName)
  } finally {
    hold.release()
  }
}

/** Makes a new epoch's roles those of the newest revision, however often that changes. Returns that wish. */
export async function applyNewest(body: Body, power: Power, signal?: AbortSignal): Promise<DesiredInstance> {
  for (;;) {
    const { desired } = body.state
    await applyTo(power, desired, signal)
    if (body.state.desired === desired || body.state.desired.presence === 'absent') return desired
  }
}

/** Brings the serving server's roles and limits to the newest revision. Wakes it only when they differ. */
export async function applyRevision(body: Body): Promise<void> {
  const { desired, served } = body.state
  const power = body.current
  if (!power || !served) return
  await (await body.ownPort.ensure()).written
  const rolesMark = rolesFingerprint(desired)
  if (body.state.rolesMark !== rolesMark) {
    // Half-applied roles must not pass for the old ones after a crash.
    await body.patch({ rolesMark: null })
    await applyTo(power, desired)
  }
  // Replaced meanwhile by an epoch that has its own roles.
  if (body.current !== power || body.state.served !== served) return
  await body.patch({ applied: desired.revision, rolesMark })
}
