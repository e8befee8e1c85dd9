/** Seconds since `performance.now()` gave `started`, for people. */
export function secondsSince(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1)
}
