/** Programs of an engine that come in Debian's packages. */
export interface PackageSet {
  /** The engine's name in Croft, and how people call it. */
  readonly name: string
  readonly title: string
  /** Packages that hold the programs; what they need comes with them. */
  readonly packages: readonly string[]
  /** Every program that has to be there, the server first: its `--version` tells the version. */
  readonly programs: readonly [string, ...string[]]
  /** Of versions, such as `7.0`, those that Croft can work with. */
  readonly supported: RegExp
  /** The version that is asked for while no other is here, as the current Debian has it. */
  readonly usualVersion: string
  /** Which of the versions here may serve data of another one, the best first. Usually only that version itself. */
  readonly serves?: (version: string, here: readonly string[]) => readonly string[]
}

/** The programs of one version, where the user that servers run as can execute them. */
export interface Programs {
  /** First two numbers: `7.0`. */
  readonly version: string
  /** As the server says it: `7.0.15`. */
  readonly exact: string
  /** What stands before `/usr/share` and the like: empty for the system's own. */
  readonly root: string
  /** Path of each program, by its name. Throws for one that is not in the set. */
  path(program: string): string
  /** What the programs need in their environment. */
  readonly env: Readonly<Record<string, string>>
}
