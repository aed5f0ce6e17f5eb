import { type ContentFault, refuseContent } from './refuse-content.ts'
import { FILE_SYSTEMS, PROVISIONERS, type StorageContent } from './template.ts'

/** Storage options as somebody wrote them. */
export interface GivenStorage {
  readonly fs: string
  readonly fg: boolean
  readonly repl: number
  readonly provisioner: string
  readonly secure: boolean
}

/** What is left out. */
export const USUAL_STORAGE: StorageContent = {
  ...{ fs: 'xfs', fg: false, repl: 1, provisioner: 'auto', secure: false },
}

const oneOf = <Value extends string>(values: readonly Value[], given: string): Value | undefined =>
  values.find((value) => value === given)

/** The options, if all of them can be had. Throws `not-applicable`. */
export function checkStorage({ fs, fg, repl, provisioner, secure }: GivenStorage): StorageContent {
  const system = oneOf(FILE_SYSTEMS, fs)
  const by = oneOf(PROVISIONERS, provisioner)
  const faults: ContentFault[] = [
    ...(system ? [] : [{ path: '/fs', message: `must be ${FILE_SYSTEMS.join(' or ')}` }]),
    ...(by ? [] : [{ path: '/provisioner', message: `must be one of ${PROVISIONERS.join(', ')}` }]),
    ...(Number.isInteger(repl) && repl >= 1 && repl <= 3
      ? []
      : [{ path: '/repl', message: 'must be 1, 2 or 3' }]),
    ...(secure ? [{ path: '/secure', message: 'must be false: encrypted volumes are not offered' }] : []),
  ]
  refuseContent('storage options', faults)
  return {
    fs: system ?? USUAL_STORAGE.fs,
    fg,
    repl,
    provisioner: by ?? USUAL_STORAGE.provisioner,
    secure: false,
  }
}
