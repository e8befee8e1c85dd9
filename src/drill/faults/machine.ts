import type { Fault, Scene } from '../fault.ts'

const labOnly = ({ machines }: Pick<Scene, 'machines'>) =>
  machines === undefined ? 'only a lab can do that' : undefined

/** Faults of a whole machine, or of its cables. */
export const machineFaults: readonly Fault[] = [
  {
    name: 'power-cut',
    summary: 'the active node loses power (on real nodes: resets itself at once, without a sync)',
    outcome: 'moves',
    where: 'anywhere',
    healed: 'when-served',
    measures: 'crash',
    stops: 'active',
    inject: ({ machines, active, fire }) =>
      machines === undefined
        ? fire(active, 'echo 1 >/proc/sys/kernel/sysrq; echo b >/proc/sysrq-trigger')
        : machines.powerCut(active.name),
    heal: async ({ machines, active }) => machines?.powerOn(active.name),
  },
  {
    name: 'reboot',
    summary: 'the active node is rebooted in order',
    outcome: 'moves',
    where: 'anywhere',
    healed: 'when-served',
    inject: ({ active, fire }) => fire(active, 'systemctl --no-block reboot'),
    heal: async () => undefined,
  },
  {
    name: 'node-freeze',
    summary: 'the active node stands still for longer than deadtime and a takeover, then goes on: a zombie',
    outcome: 'moves',
    where: 'lab',
    healed: 'after-deadtime',
    measures: 'crash',
    stops: 'active',
    unfit: labOnly,
    inject: async ({ machines, active }) => machines?.freeze(active.name),
    heal: async ({ machines, active }) => machines?.thaw(active.name),
  },
  {
    name: 'service-nic-cut',
    summary: "the active node's cable to the clients is pulled",
    outcome: 'moves',
    where: 'lab',
    healed: 'when-served',
    measures: 'nic-cut',
    unfit: labOnly,
    inject: scene => setCables(scene, serviceLinks(scene), false),
    heal: scene => setCables(scene, serviceLinks(scene), true),
  },
  {
    name: 'all-cut',
    summary: 'every cable of the active node is pulled, then plugged in again',
    outcome: 'moves',
    where: 'lab',
    healed: 'after-deadtime',
    unfit: labOnly,
    inject: scene => setCables(scene, allLinks(scene), false),
    heal: scene => setCables(scene, allLinks(scene), true),
  },
]

function serviceLinks({ cluster }: Scene): readonly string[] {
  return [...new Set(cluster.vips.map(({ link }) => link))]
}

function allLinks({ cluster }: Scene): readonly string[] {
  return cluster.links.map(({ name }) => name)
}

async function setCables(
  { machines, active }: Scene,
  links: readonly string[],
  isUp: boolean,
): Promise<void> {
  for (const link of links) await machines?.setCable(active.name, link, isUp)
}
