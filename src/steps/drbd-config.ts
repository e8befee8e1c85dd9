import type { Cluster, Node, Volume } from '../core/cluster.ts'
import { expects, type Refusal, refusal, type Side } from '../core/diff.ts'
import { present } from '../core/fact.ts'
import type { Platform } from '../core/platform.ts'
import type { Probe, Reads } from '../core/probe.ts'
import type { Given, NodeFile } from '../core/step.ts'
import { drbdAdjust, drbdModule } from '../facts/drbd.ts'
import { answerTo, drbdOf } from '../facts/group.ts'
import { run } from './_command.ts'
import { type Effect, fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'
import { movesLink, refuseMoved } from './_resource-file.ts'

/**
 * DRBD's files. Those of a resource that is up count only once the kernel has them: `drbdadm adjust`
 * brings over what differs, also when the files are right and somebody changed an option by hand.
 */
export default respectHold(
  fileStep<Reads>({
    id: 'drbd-config',
    title: 'Write the DRBD configuration',
    files: drbdFiles,
    reads: ({ cluster }) => {
      const probes: readonly Probe<unknown>[] = [
        drbdModule,
        ...cluster.volumes.flatMap(volume => [drbdOf(cluster, volume), drbdAdjust(volume)]),
      ]
      return Object.fromEntries(probes.map(probe => [probe.id, probe]))
    },
    effect: ({ cluster, host }, self, _peer, changed) => {
      const refused =
        refuseDialect(cluster.platform, self) ??
        cluster.volumes.flatMap(volume => refuseMoved(cluster, host, self, volume) ?? [])[0]
      if (refused !== undefined) return refused
      const interrupts = movesLink(self, changed)
      const effects: Effect[] = []
      for (const volume of cluster.volumes) {
        const outcome = adjust(cluster, volume, self, { filesChange: changed.length > 0, interrupts })
        if (outcome !== undefined && 'kind' in outcome) return outcome
        if (outcome !== undefined) effects.push(outcome)
      }
      return effects.length === 0 ? undefined : together(effects)
    },
  }),
)

/** Only global_common.conf holds the shared secret; the handler is run by DRBD's kernel side. */
function drbdFiles({ cluster, host, render }: Given<undefined>): readonly NodeFile[] {
  const { drbdDir } = cluster.platform.paths
  const context = { cluster, node: host }
  const file = (name: string, template: string, mode: string, item?: Volume): NodeFile => ({
    path: `${drbdDir}/${name}`,
    template,
    content: render(template, item === undefined ? context : { ...context, item }),
    mode,
    owner: 'root:root',
  })
  return [
    file('global_common.conf', 'etc/drbd.d/global_common.conf', '0600'),
    file('nfsha-handler', 'etc/drbd.d/nfsha-handler', '0755'),
    ...(cluster.drbd.fencing === 'dont-care'
      ? []
      : [file('nfsha-fence-peer', 'etc/drbd.d/nfsha-fence-peer', '0755')]),
    ...cluster.volumes.map(volume => file(`${volume.name}.res`, 'etc/drbd.d/resource.res', '0644', volume)),
  ]
}

/** The two dialects' parsers accept different files, and the module decides which parser runs. */
function refuseDialect(platform: Platform, self: Side<Reads, Node>): Refusal | undefined {
  const module = answerTo(self.facts, drbdModule)
  if (module.state !== 'present' || module.value.version === undefined) return undefined
  if (module.value.version.startsWith(`${platform.drbdDialect}.`)) return undefined
  return refusal(
    'drbd-dialect',
    `${self.host.name} has DRBD ${module.value.version}, and ${platform.id} is written for ${platform.drbdDialect}`,
    `choose the platform that has this module in the inventory, or boot a kernel with DRBD ${platform.drbdDialect}`,
  )
}

function adjust(
  cluster: Cluster,
  volume: Volume,
  self: Side<Reads, Node>,
  { filesChange, interrupts }: { readonly filesChange: boolean; readonly interrupts: boolean },
): Effect | Refusal | undefined {
  const status = answerTo(self.facts, drbdOf(cluster, volume))
  // Down: drbd-up will read the files. Else adjust would connect or attach, which is for later steps to decide.
  if (status.state !== 'present') return undefined
  if (status.value.connection === 'StandAlone' || status.value.disk === 'Diskless') return undefined
  const found = answerTo(self.facts, drbdAdjust(volume))
  if (found.state === 'unknown' && !filesChange)
    return refusal(
      'unknown-drbd-options',
      `whether DRBD runs ${volume.name} as configured could not be read: ${found.reason}`,
      `run \`drbdadm -d adjust ${volume.name}\` on ${self.host.name} and mend what it says`,
    )
  const pending = found.state === 'present' ? found.value.pending : []
  if (!filesChange && pending.length === 0) return undefined
  const parts = interrupts || pending.some(line => /^(disconnect|detach|down|del-)/.test(line))
  return {
    summary: `adjust ${volume.name}${pending.length > 0 ? `: ${pending.join('; ')}` : ''}`,
    actions: [run(['drbdadm', 'adjust', volume.name])],
    expect: { self: [expects(drbdAdjust(volume), present({ pending: [] }))] },
    ...(parts
      ? {
          risk: 'disruptive' as const,
          promise:
            'the nodes part for a moment: without redundancy until they are connected again, and with fencing writes wait that long',
        }
      : { promise: 'clients notice nothing: DRBD takes it over while it runs' }),
  }
}

function together(effects: readonly Effect[]): Effect {
  const worst = effects.find(({ risk }) => risk === 'disruptive') ?? effects[0]
  return {
    summary: effects.map(({ summary }) => summary).join('; '),
    actions: effects.flatMap(({ actions }) => actions),
    expect: { self: effects.flatMap(({ expect }) => expect.self ?? []) },
    risk: worst?.risk ?? 'safe',
    ...(worst?.promise !== undefined && { promise: worst.promise }),
  }
}
