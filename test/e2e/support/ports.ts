/**
 * Added to every port of the lab's inventories, so that two checkouts can run these tests side by
 * side: `NFSHA_E2E_PORT_SHIFT=100`.
 */
export const portShift = Number(process.env.NFSHA_E2E_PORT_SHIFT ?? 0)

/** The guests of inventories/lab.yml and the ports of loopback that lead to them. */
export const ports = { m1: 22101 + portShift, m2: 22102 + portShift, c1: 22103 + portShift } as const
