/** Seconds between two tries of an NFSv4 client that was told NFS4ERR_GRACE (fs/nfs/nfs4proc.c, Linux 6.1). */
const firstPause = 0.1
const longestPause = 15

/** When a client tries again, in seconds after its first try, until one is later than `until`. */
export function tries(until: number): readonly number[] {
  const found: number[] = []
  let [at, pause] = [0, firstPause]
  do {
    at += pause
    pause = Math.min(longestPause, pause * 2)
    found.push(Math.round(at * 10) / 10)
  } while (at < until)
  return found
}

/** The stall, in seconds, that a grace period of so many seconds makes: the first try after its end. */
export function stallOf(graceSeconds: number): number {
  return tries(graceSeconds).find(at => at >= graceSeconds) ?? 0
}
