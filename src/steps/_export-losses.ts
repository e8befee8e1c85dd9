import { admits } from '../facts/export-clients.ts'
import type { ServedExport } from '../facts/exports.ts'
import type { MountdFact } from '../facts/mountd.ts'
import { sameClient } from './_exports.ts'

/*
 * What a client loses when an export that it may use gets other clients or options: all of it, writing, or
 * a security flavour. exports(5) says which of several clients counts for an address.
 */

type Names = MountdFact['names']

/** Whether nobody can lose anything: each client that was is still there and may do as much, and none that comes may do less. */
export function keepsAll(before: readonly ServedExport[], after: readonly ServedExport[]): boolean {
  const isKept = (was: ServedExport) =>
    after.some(now => sameClient(now, was) && missing(was, rightsOf(now)).length === 0)
  const isLess = (now: ServedExport) => before.some(was => missing(was, rightsOf(now)).length > 0)
  return before.every(isKept) && !after.some(isLess)
}

/**
 * What this address loses of one path, in words: `access` alone, or `writing`, `sec=krb5`. What only the server
 * can decide (a netgroup, a wildcard, a name without an address) counts for it before, and afterwards only where
 * the same one is still there.
 */
export function lossOf(
  address: string,
  before: readonly ServedExport[],
  after: readonly ServedExport[],
  names: Names,
): readonly string[] {
  const sure = deciding(address, before, names)
  const undecided = before.filter(({ client }) => admits(client, address, names) === undefined)
  const now = deciding(address, after, names)
  const lost = (sure.length > 0 ? sure : undecided).flatMap(was => {
    const heirs = now.length > 0 ? now : after.filter(each => sameClient(each, was))
    return heirs.length === 0 ? rightsOf(was) : heirs.flatMap(heir => missing(was, rightsOf(heir)))
  })
  return lost.includes('access') ? ['access'] : [...new Set(lost)]
}

/** The clients that decide for an address: of the most particular kind that is surely for it. */
function deciding(address: string, exports: readonly ServedExport[], names: Names): readonly ServedExport[] {
  const sure = exports.filter(({ client }) => admits(client, address, names) === true)
  const first = Math.min(...sure.map(({ client }) => rank(client)))
  return sure.filter(({ client }) => rank(client) === first)
}

/** exports(5): a host counts before a network, that before a wildcard, that before a netgroup, `*` last. */
function rank(client: string): number {
  if (client === '*') return 4
  if (client.startsWith('@')) return 3
  if (/[*?[]/.test(client)) return 2
  return client.includes('/') ? 1 : 0
}

/** What an export lets its client do; without `sec=` it is by sys. */
function rightsOf({ options }: ServedExport): readonly string[] {
  const flavours = options.flatMap(option => (option.startsWith('sec=') ? option.slice(4).split(':') : []))
  return [
    'access',
    ...(options.includes('rw') ? ['writing'] : []),
    ...(flavours.length === 0 ? ['sys'] : flavours).map(flavour => `sec=${flavour}`),
  ]
}

function missing(was: ServedExport, rights: readonly string[]): readonly string[] {
  return rightsOf(was).filter(right => !rights.includes(right))
}
