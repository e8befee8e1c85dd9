/** From here on clocks are too far apart: logs cannot be compared, and certificates and apt's lists begin to be refused. */
export const harmfulGapMs = 60_000
