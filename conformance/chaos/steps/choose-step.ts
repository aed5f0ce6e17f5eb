import type { Step } from '../world.ts'
import { backUp, restoreBackup } from './backup.ts'
import { clone } from './clone.ts'
import { create } from './create.ts'
import { cutTarget } from './cut-target.ts'
import { remove } from './delete.ts'
import { killOne } from './kill.ts'
import { restoreToPoint, setRestorePoint } from './restore-point.ts'
import { restoreInPlace, restoreToMoment } from './restore-to-moment.ts'
import { rotate } from './rotate.ts'

/** Every step by its name in the output, with how often it comes beside the others. */
const steps: readonly { readonly name: string; readonly weight: number; readonly step: Step }[] = [
  { name: 'create', weight: 6, step: create },
  { name: 'delete', weight: 3, step: remove },
  { name: 'clone', weight: 3, step: clone },
  { name: 'back up', weight: 5, step: backUp },
  { name: 'restore backup', weight: 4, step: restoreBackup },
  { name: 'set restore point', weight: 4, step: setRestorePoint },
  { name: 'restore to point', weight: 3, step: restoreToPoint },
  { name: 'restore to moment', weight: 8, step: restoreToMoment },
  { name: 'restore in place', weight: 6, step: restoreInPlace },
  { name: 'rotate', weight: 3, step: rotate },
  { name: 'kill', weight: 8, step: killOne },
  { name: 'cut target', weight: 4, step: cutTarget },
]

export function chooseStep(random: () => number): { readonly name: string; readonly step: Step } {
  let left = random() * steps.reduce((sum, { weight }) => sum + weight, 0)
  for (const each of steps) {
    left -= each.weight
    if (left < 0) return each
  }
  throw new Error('a step is chosen by its weight')
}
