/** Remembers the result for each version; a failure is forgotten, for an install may put it right. */
export function remember<Result>(
  make: (version: string) => Promise<Result>,
): (version: string) => Promise<Result> {
  const made = new Map<string, Promise<Result>>()
  return (version) => {
    const known = made.get(version)
    if (known) return known
    const making = make(version)
    made.set(version, making)
    making.catch(() => made.delete(version))
    return making
  }
}
