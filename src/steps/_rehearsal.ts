import type { ScriptAction } from '../core/action.ts'
import { recordsV40 } from '../core/client-tracking.ts'
import type { Cluster } from '../core/cluster.ts'
import { digestOf } from '../core/digest.ts'
import { rehearsalScript } from '../core/group-command.ts'
import type { Probe } from '../core/probe.ts'
import type { SecretText } from '../core/secret.ts'
import type { Given } from '../core/step.ts'
import { type Flaw, type RehearsalFact, rehearsal, rehearse, type WantedFiles } from '../facts/rehearsal.ts'
import { exportsTemplate } from './_exports.ts'

type Rendering = Pick<Given<unknown>, 'cluster' | 'host' | 'render'>

/** The rehearsal of a takeover with the files of the inventory, whether they are on the node yet or not. */
export function wantedRehearsal(given: Rendering): Probe<RehearsalFact> {
  const { cluster } = given
  const { exports, nfs, volumes, vips, nodes } = cluster
  // Of what the inventory says, not of our scripts' text: then facts that were saved serve a later nfsha too.
  const key = digestOf({ exports, nfs, volumes, vips, links: nodes.map(({ links }) => links) }).slice(0, 16)
  return rehearsal(key, wantedFiles(given), takeoverPackages(cluster))
}

/** Rehearses once what is needed for it is installed; fails with what a takeover would fail for. */
export function rehearseNow(given: Rendering): ScriptAction {
  return {
    kind: 'script',
    title: 'rehearse a takeover',
    script: `said=$(
${rehearse(wantedFiles(given))}
)
printf '%s\\n' "$said"
case $said in *end) ;; *) exit 1 ;; esac
flaws=$(printf '%s\\n' "$said" | awk -F '\\t' '$1 == "refused" { print $4 "; next: " $5 }')
[ -z "$flaws" ] || { printf '%s\\n' "$flaws"; exit 1; }`,
    timeoutMs: 300_000,
  }
}

/** What would fail, in one line. */
export function flawsText(flaws: readonly Flaw[]): string {
  return flaws.map(({ text }) => text).join('; ')
}

function wantedFiles({ cluster, host, render }: Rendering): WantedFiles {
  const text = (template: string) => plain(render(template, { cluster, node: host }))
  return {
    rehearsal: text(rehearsalScript.slice(1)),
    group: text('etc/ha.d/resource.d/nfsha'),
    exports: text(exportsTemplate),
    nfsConf: text('etc/nfs.conf.d/nfsha.conf'),
  }
}

/** None of these files holds a secret. */
function plain(text: SecretText): string {
  return text.map(part => (typeof part === 'string' ? part : '')).join('')
}

/** Packages that bring what is tried. */
function takeoverPackages(cluster: Cluster): readonly string[] {
  const { volumes } = cluster
  const { packages } = cluster.platform
  const isXfs = volumes.some(({ fsType }) => fsType === 'xfs')
  return [
    ...packages.heartbeat,
    ...packages.drbd,
    ...packages.nfs,
    ...(recordsV40(cluster) ? packages.nfs40 : []),
    ...packages.tools,
    ...(isXfs ? packages.xfs : []),
  ]
}
