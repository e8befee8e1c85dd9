import type { ScriptAction } from '../core/action.ts'
import type { Volume } from '../core/cluster.ts'
import { type Diff, expects, inSync } from '../core/diff.ts'
import { factValue, present } from '../core/fact.ts'
import type { Platform } from '../core/platform.ts'
import { quote } from '../core/quote.ts'
import { defineStepOver } from '../core/step.ts'
import { drbdOf } from '../facts/group.ts'
import { verified, verifiedRecord } from '../facts/verified.ts'
import { overVolumes } from './_storage.ts'

/** Both nodes remember when the volume was last compared whole, and what came of it: status tells. */
export default defineStepOver({
  id: 'drbd-verify-record',
  title: 'Note what the comparison found',
  joint: true,
  over: overVolumes,
  reads: ({ cluster, item }) => ({ status: drbdOf(cluster, item), record: verified(item) }),
  diff({ cluster, item, params: { verify } }, { facts }): Diff {
    if (verify === undefined || factValue(facts.record)?.at === verify) return inSync
    return {
      kind: 'change',
      symbol: '+',
      summary: `note that both sides of ${item.name} were compared, and how much differed`,
      risk: 'safe',
      actions: [writeRecord(item, verify, cluster.platform.drbdDialect)],
      // How much differs is only known then; that none does is what one expects of a pair in order.
      expect: { self: [expects(verified(item), present({ at: verify, outOfSyncKib: 0 }))] },
    }
  },
})

/** What DRBD counts as out of sync once no comparison runs any more; both nodes count the same. */
function writeRecord(volume: Volume, verify: string, dialect: Platform['drbdDialect']): ScriptAction {
  const { name, minor } = volume
  const record = quote(verifiedRecord(volume))
  const count =
    dialect === '9'
      ? `drbdsetup status --statistics ${quote(name)} | sed -n 's/.*out-of-sync:\\([0-9]*\\).*/\\1/p' | head -n 1`
      : `awk '$1 == "${minor}:" { found = 1; next } found && /oos:/ { sub(/.*oos:/, ""); print $1 + 0; exit }' /proc/drbd`
  return {
    kind: 'script',
    title: `note what the comparison of ${name} found`,
    script: `set -eu
kib=$(${count})
[ -n "$kib" ] || { echo "DRBD does not say how much of ${name} differs"; exit 1; }
mkdir -p -m 0700 /var/lib/nfsha/verified
printf 'at=%s out-of-sync=%s\\n' ${quote(verify)} "$kib" >${record}.new
mv -f ${record}.new ${record}`,
    timeoutMs: 60_000,
    guard: {
      expects: `${name} is connected, and no comparison runs any more`,
      script: `now=$(drbdadm cstate ${quote(name)})\n[ "$now" = Connected ] || { echo "it is $now"; exit 1; }`,
    },
  }
}
