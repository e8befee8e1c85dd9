import { addressRules } from './lint-addresses.ts'
import { drbdRules } from './lint-drbd.ts'
import { exportClientRules } from './lint-export-clients.ts'
import { exportRules } from './lint-exports.ts'
import { fencingRules } from './lint-fencing.ts'
import { linkRules } from './lint-links.ts'
import { monitorRules } from './lint-monitor.ts'
import { mountRules } from './lint-mounts.ts'
import type { LintRule } from './lint-rule.ts'
import { safetyRules } from './lint-safety.ts'
import { timerRules } from './lint-timers.ts'

/** All rules, in the order in which findings are shown. */
export const lintRules: readonly LintRule[] = [
  ...addressRules,
  ...linkRules,
  ...timerRules,
  ...drbdRules,
  ...safetyRules,
  ...exportRules,
  ...exportClientRules,
  ...mountRules,
  ...fencingRules,
  ...monitorRules,
]

export const lintIds: readonly string[] = lintRules.map(rule => rule.id)
