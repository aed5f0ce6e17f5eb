/** Cuts bytes at arbitrary places, without empty pieces. */
export function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set([0, bytes.length, ...at.map((place) => place % (bytes.length + 1))])]
  places.sort((a, b) => a - b)
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}
