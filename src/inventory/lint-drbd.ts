import { type LintRule, when } from './lint-rule.ts'

/** KiB/s below which a resync is more likely a slip of the unit than meant: a terabyte takes twelve days. */
const slowKib = 1024

/** Rules over DRBD's tuning: drbd.conf(5). */
export const drbdRules: readonly LintRule[] = [
  {
    id: 'ko-count-off',
    severity: 'warning',
    title: 'a peer that does not write is given up',
    reason: 'with ko-count 0 one write that hangs on the standby hangs every client, for as long as it does',
    explanation:
      'drbd.conf(5): a peer that fails to complete a write for ko-count times the timeout is expelled; 0 disables that. A disk that hangs on the passive node then stops the active one, although its own copy is well.',
    check: ({ drbd }) =>
      when(drbd.koCount === 0, {
        path: ['drbd', 'ko-count'],
        message: 'ko-count is 0: a standby that does not write is never given up',
        fix: 'remove it, for 7',
      }),
  },
  {
    id: 'resync-slow',
    severity: 'warning',
    title: 'a resync ends',
    reason: 'until it does, there is one copy of the data',
    explanation:
      'drbd.conf(5) counts a number without a unit in KiB a second, so `c-max-rate: 100` is 100 KiB/s, and a terabyte takes four months. c-max-rate is what a resync never goes above; with c-plan-ahead 0 resync-rate is the fixed rate.',
    check: ({ drbd: { cMaxRate, resyncRate, cPlanAhead } }) => {
      const [key, rate] = cPlanAhead === 0 ? ['resync-rate', resyncRate] : ['c-max-rate', cMaxRate]
      return when(rate < slowKib, {
        path: ['drbd', key],
        message: `a resync is held to ${rate} KiB a second by ${key}`,
        fix: `write the unit: \`${key}: 100M\` is what a gigabit link carries`,
      })
    },
  },
  {
    id: 'resync-rates',
    severity: 'warning',
    title: 'c-min-rate is not above c-max-rate',
    reason: 'a resync then never makes room for clients',
    explanation:
      'drbd.conf(5): above c-min-rate a resync yields to the writes of clients. One that never reaches c-min-rate, because c-max-rate is below it, never yields. c-min-rate 0 means the same, and 1 (KiB) that it always yields.',
    check: ({ drbd: { cMinRate, cMaxRate } }) =>
      when(cMinRate === 0 || cMinRate > cMaxRate, {
        path: ['drbd', 'c-min-rate'],
        message:
          cMinRate === 0
            ? 'c-min-rate is 0: a resync never yields to clients'
            : `c-min-rate, ${cMinRate} KiB/s, is above c-max-rate, ${cMaxRate} KiB/s`,
        fix: 'remove it, for 4M, or write less than c-max-rate',
      }),
  },
  {
    id: 'rr-conflict',
    severity: 'error',
    title: 'a resync never goes against the roles',
    reason: 'the data below a mounted file system would change, or nothing would happen',
    explanation:
      'rr-conflict says what to do when the active node would have to take the data of the passive one. drbd.conf(5) on violently: "Dangerous, do not use." call-pri-lost wants a handler that reboots the node, and there is none here. disconnect leaves both sides as they are; `nfsha split-brain` then shows them.',
    check: ({ drbd: { rrConflict } }) =>
      when(rrConflict !== 'disconnect', {
        path: ['drbd', 'rr-conflict'],
        message: `rr-conflict is ${rrConflict}`,
        fix: 'remove it, for disconnect',
      }),
  },
]
