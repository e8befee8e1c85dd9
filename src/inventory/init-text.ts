import { derivedFsid } from './build-storage.ts'

/** What a new inventory is about; every field is written into the skeleton. */
export interface InitAnswers {
  readonly cluster: string
  /** Names as `uname -n` prints them; the first is preferred. */
  readonly nodes: readonly [string, string]
  readonly vip: string
  /** Backing disk on both nodes. */
  readonly disk: string
  readonly mount: string
  /** Who may mount: a network, an address, a host name. */
  readonly clients: string
}

/** What stands in a skeleton where nothing was said: the example network of the README. */
export const initDefaults: InitAnswers = {
  cluster: 'my-nfs',
  nodes: ['nfs1', 'nfs2'],
  vip: '192.168.0.219',
  disk: '/dev/sdb',
  mount: '/srv/nfsha',
  clients: '192.168.0.0/24',
}

/** A commented inventory that loads as it is: names are those given, addresses are examples to replace. */
export function skeletonText(
  { cluster, nodes, vip, disk, mount, clients }: InitAnswers,
  secretsFile: string,
): string {
  const path = `${mount}/data`
  // Example addresses in the VIP's network, so that only the host parts need changing.
  const network = /^\d+\.\d+\.\d+(?=\.)/.exec(vip)?.[0] ?? '192.168.0'
  const [first, second] = ['10', '11', '12'].filter(host => vip !== `${network}.${host}`)
  return `# An inventory of nfsha: one cluster of two nodes. Lines with "CHANGE" need your values.
# What may be said, and each default with its reason: \`nfsha schema\`. Check it: \`nfsha validate\`.
cluster: ${cluster}

nodes: # by the names that \`uname -n\` prints there; the first one is preferred
  ${nodes[0]}:
    ssh: root@${network}.${first} # CHANGE; or leave it to ~/.ssh/config. Not root: see "ssh" below
    links: # CHANGE: address and prefix by interface; nfsha checks addresses and never sets them
      eth0: ${network}.${first}/24
      eth1: 172.16.0.1/24
      eth2: 172.16.100.1/24
  ${nodes[1]}:
    ssh: root@${network}.${second} # CHANGE
    links: # CHANGE
      eth0: ${network}.${second}/24
      eth1: 172.16.0.2/24
      eth2: 172.16.100.2/24

# ssh: # for all hosts
#   user: admin
#   become: true # through sudo
#   become-password: env:SUDO_PASSWORD
#   jump: admin@bastion.example.net

links: # what each link is for. Two ways for heartbeats are the least; a cable of its own for replication
  eth0: [service, heartbeat]
  eth1: [heartbeat]
  eth2: [replication]

vips: [${vip}] # CHANGE: a free address of the service network

volumes:
  data: # the DRBD resource
    disk: ${disk} # CHANGE; one path for both nodes, or { ${nodes[0]}: /dev/…, ${nodes[1]}: /dev/… }
    mount: ${quoteYaml(mount)}
    # fs: xfs

exports:
  - path: ${quoteYaml(path)} # made with this owner and mode
    clients: ${quoteYaml(clients)} # CHANGE: who may mount it
    # owner: www-data:www-data
    # mode: '0775'
    # options: [rw, sync, no_subtree_check]
    fsid: ${derivedFsid(cluster, path)} # keep it: a changed one gives clients ESTALE

heartbeat:
  ping: [${network}.1] # CHANGE: the gateway, so that a node knows when its own network is gone
  # deadtime: 10s # a node silent for so long is dead; measure before going lower
  # serial: /dev/ttyS0 # one more way for heartbeats

# clients: # machines that mount; nfsha proves the service from there
#   web1:
#     ssh: root@192.168.0.31
#     mounts:
#       - { export: ${path}, path: /mnt/data }

# time:
#   servers: [ntp1.example.net]

secrets: file:${secretsFile} # mode 0600, ignored by git
`
}

/** Plain where YAML takes it plainly, else in single quotes. */
function quoteYaml(text: string): string {
  return /^[A-Za-z0-9/][A-Za-z0-9/._-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`
}

/** Where random bytes come from: `randomBytes` of node:crypto, or a test's. */
export type RandomBytes = (size: number) => Buffer

/**
 * The text of a new secrets file: a salt for fingerprints, heartbeat's key and DRBD's shared secret,
 * 256 random bits each, in characters that authkeys and drbd.conf(5) take as they are.
 */
export function newSecretsText(cluster: string, random: RandomBytes): string {
  return `# Secrets of the cluster ${cluster}, for nfsha. Keep this file; never put it into git.
salt=${random(32).toString('hex')}
authkey=${random(32).toString('base64url')}
drbd=${random(32).toString('base64url')}
`
}
