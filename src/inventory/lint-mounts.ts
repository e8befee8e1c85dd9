import type { Cluster } from '../core/cluster.ts'
import type { Hit, LintRule } from './lint-rule.ts'

type Message = Omit<Hit, 'path'>

/** Options of clients' mounts that a rule is about. */
function eachMount(
  { clients }: Cluster,
  wanted: RegExp,
  broken: (option: string, who: string) => Message | undefined,
): readonly Hit[] {
  return clients.flatMap(client =>
    client.mounts.flatMap((mount, index) =>
      mount.options.flatMap((option, place): readonly Hit[] => {
        const hit = wanted.test(option) ? broken(option, `${client.name} mounts ${mount.path}`) : undefined
        const path = ['clients', client.name, 'mounts', index, 'options', place]
        return hit === undefined ? [] : [{ path, ...hit }]
      }),
    ),
  )
}

/** Options of volumes' mounts that a rule is about. */
function eachVolumeMount(
  { volumes }: Cluster,
  wanted: RegExp,
  broken: (option: string, name: string) => Message,
): readonly Hit[] {
  return volumes.flatMap(({ name, mountOptions }) =>
    mountOptions.flatMap((option, place) =>
      wanted.test(option)
        ? [{ path: ['volumes', name, 'mount-options', place], ...broken(option, name) }]
        : [],
    ),
  )
}

/** nfs(5) counts timeo in tenths of a second. */
const leastTimeo = 50

/** Rules over how volumes and exports are mounted: mount(8), ext4(5), xfs(5), nfs(5). */
export const mountRules: readonly LintRule[] = [
  {
    id: 'mount-unsafe',
    severity: 'warning',
    title: 'the file system outlives a power cut',
    reason: 'the other node mounts what the dead one left, and nothing else',
    explanation:
      "nobarrier and barrier=0 let the disk's cache write in any order (ext4(5): only behind a battery), so the journal may be worth nothing after a crash; data=writeback may show old content of the disk in files that were just written. A takeover after a crash is just such a moment.",
    check: cluster =>
      eachVolumeMount(cluster, /^(nobarrier|barrier=0|data=writeback)$/, (option, name) => ({
        message: `${name} is mounted with ${option}`,
        fix: 'remove it',
      })),
  },
  {
    id: 'mount-option-idle',
    severity: 'warning',
    title: 'mount options of a volume mean something',
    reason: 'no fstab knows the volume: the resource group mounts it, on the node that serves',
    explanation:
      'noauto, user, nofail, _netdev and x-systemd.… are for those who read fstab (mount(8), systemd.mount(5)). mount(8) takes them and does nothing by them, or makes them nodev, nosuid and noexec; whoever wrote them waits for something that never comes.',
    check: cluster =>
      eachVolumeMount(
        cluster,
        /^((no)?auto|(no)?users?|(no)?owner|(no)?group|nofail|_netdev|x-.*|comment=.*)$/,
        option => ({ message: `${option} is for fstab, and means nothing here`, fix: 'remove it' }),
      ),
  },
  {
    id: 'soft-mount',
    severity: 'warning',
    title: 'clients mount hard',
    reason: 'a soft mount turns a takeover into I/O errors and lost writes',
    explanation:
      'nfs(5): with soft and softerr, requests fail after retrans retransmissions. A takeover takes longer than that, and programs get EIO, or worse, do not look at the result of a delayed write.',
    check: cluster =>
      eachMount(cluster, /^soft(err)?$/, (option, who) => ({
        message: `${who} ${option}`,
        fix: 'write hard',
      })),
  },
  {
    id: 'client-local-locks',
    severity: 'warning',
    title: "clients' locks are the server's",
    reason: 'a local lock holds nobody back but the same client',
    explanation:
      'nfs(5): with nolock, and local_lock of all, flock or posix, NFS 3 locks stay on the client. Programs on two clients then both hold the same lock, and nothing is reclaimed after a takeover since nobody knows of it. NFS 4 pays no attention to them.',
    check: cluster =>
      eachMount(cluster, /^(nolock|local_lock=(?!none$).*)$/, (option, who) => ({
        message: `${who} with ${option}`,
        fix: 'remove it',
      })),
  },
  {
    id: 'client-timeo',
    severity: 'warning',
    title: 'clients give the server time to answer',
    reason: 'timeo counts tenths of a second, and a busy disk takes longer than that',
    explanation:
      'nfs(5): timeo is in deciseconds. After it, and retrans times more, a client over TCP drops the connection and starts anew, which makes a busy server busier. 150 and retrans=2, as nfsha writes, outlive a takeover; 600 is the default of nfs(5).',
    check: cluster =>
      eachMount(cluster, /^timeo=\d+$/, (option, who) => {
        const tenths = Number(option.slice('timeo='.length))
        if (tenths >= leastTimeo) return undefined
        return {
          message: `${who} with ${option}, which is ${tenths / 10} s`,
          fix: 'write timeo=150 for 15 s',
        }
      }),
  },
]
