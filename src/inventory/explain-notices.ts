import type { Explanation } from './explain.ts'

/* What the monitor on the nodes tells; by notice id (`event=` in its journal, `id` in its state). */

type Text = readonly [title: string, text: string]

const texts: Readonly<Record<string, Text>> = {
  failing: [
    'A check of the active node failed',
    'Nothing is done before it failed several times in a row (`failures`). `checks=` names all that failed, the text is about the first.',
  ],
  restart: [
    'The monitor starts anew here what is missing',
    "Checks failed several times in a row on the active node, so the group's own script starts what is not there, and nfsd in any case. `restarted` or `restart-failed` follows. It does so once within `pause`.",
  ],
  'restart-failed': [
    'What was missing could not be started here',
    'Next it hands the group over, if the peer is well. /var/log/ha-debug and `journalctl -t nfsha` say which phase of the start failed.',
  ],
  'hand-over': [
    'The monitor hands the group over',
    'A restart was no help, or the start failed here and heartbeat left it at that. The peer was active and had all data a moment before. Find out why it failed here before you move it back.',
  ],
  stuck: [
    'The service fails, and the monitor can do no more',
    'The notice says why the group stays: the peer is not well, it moved too recently or too often, or handing over is switched off. Mend what it names; clients wait meanwhile.',
  ],
  'came-back': [
    'The peer could not start the group, and it is back here',
    'It was handed over, by people or by the monitor; the start failed on the peer in the phase that is named, with what the tools said there, and heartbeat was asked to give the group back. The monitor here does not hand it to that peer again within a day. Once the cause is mended, move it in a quiet moment: a start that succeeds ends that.',
  ],
  'start-failed': [
    'The last start of the group failed on this node',
    'The phase and what the tools said are in /run/nfsha/start-failed, until the group starts here again. A takeover by this node would fail the same way: mend the cause, then see that it starts with `nfsha switchover --to` this node.',
  ],
  'start-hangs': [
    'The start of the group does not end',
    'It is past every limit of the script that starts it, so something hangs in the kernel, and heartbeat waits. With `reset` on, the monitor resets the node when the peer has all data and could serve; else reset it by hand.',
  ],
  'not-served': [
    'Nobody serves',
    'Heartbeat believes that this node holds the group, but its start failed there. On the preferred node heartbeat does nothing more about it; the monitor gives the group to the peer at once, unless that one failed as well within `pause`, and else tries again here. The phase of the start and what was said is in the notice, in `nfsha status`, and in /run/nfsha/start-failed.',
  ],
  'release-hangs': [
    'Giving the group up does not end',
    'A process hangs in the kernel, most often over a disk. The peer cannot take the group before. With `reset` on, the monitor resets the node when the peer waits for it; else reset it by hand.',
  ],
  reset: [
    'The monitor reset the node',
    'Giving the group up hung, or its start here, and the peer was there to take it. What the disks had acknowledged is safe: DRBD wrote it to both.',
  ],
  'split-brain': [
    'A split-brain that nobody has resolved',
    'Both sides have data that the other lacks. The promotion guard keeps the group from moving until somebody has chosen. `nfsha status` says more.',
  ],
  standalone: [
    'DRBD is StandAlone',
    'It was cut off by hand or by a split-brain, and does not try to connect. Every write is on one node only from then on.',
  ],
  superseded: [
    'The peer has newer data',
    'It gave the group up while DRBD was cut off. This node is not promoted before it has synced from it.',
  ],
  refused: ['The promotion guard refused', 'The id in the notice says why: `nfsha explain` that.'],
  'both-active': [
    'Both nodes act, or somebody else has the VIP',
    'DRBD is Primary on both nodes, or another machine answers ARP for the VIP. Stop one of them at once; then compare both sides.',
  ],
  'heartbeat-down': [
    'The group runs without heartbeat',
    'Clients are served, but nobody takes over when this node fails, and a peer that believes it dead tries to. Start heartbeat, or move the group away in a quiet moment.',
  ],
  'cannot-take-over': [
    'The passive node could not take over now',
    'Once a minute it rehearses a takeover, without touching the service: commands, kernel modules, interfaces, room, the mount options on a scratch file system, the exports, nfs.conf, the script and its promotion guard. The notice names the first thing that a start would fail for, in the words of the tool that refused; `nfsha rehearse` shows all, with what to do. Until it is mended, a failure of the active node takes the service down.',
  ],
  'peer-dead': ['Heartbeat hears nothing from the peer', 'There is no failover until it is back.'],
  'ping-dead': [
    'A ping node does not answer',
    'Without it ipfail cannot tell whose network fails. If it is gone for good, name another one in the inventory.',
  ],
  'link-dead': [
    'A heartbeat medium is silent',
    'The others carry on, but one more failure may make two active nodes.',
  ],
  'late-heartbeat': [
    'Heartbeats come late',
    'Later than warntime: the node or the link was too busy. When it happens often, raise deadtime, or a takeover will come without a failure.',
  ],
  disconnected: [
    'DRBD is not connected',
    'Every write is on one node only until it is connected and synced.',
  ],
  'one-copy': ['DRBD is syncing', 'The peer has no complete copy until it ends: no failover to it.'],
  disk: [
    'A disk is not UpToDate here',
    'DRBD has detached it after an error, or it is being synced. An active node goes on with the disk of its peer, over the network.',
  ],
  'out-of-sync': [
    'The nodes differ although they are connected',
    'Found by a verify, or left by a resync that was broken off. `drbdadm disconnect` and `connect` of the resource syncs what is marked.',
  ],
  'clients-not-recorded': [
    'nfsd does not record its clients through nfsdcld',
    "nfsd waits a second for nfsdcld when its first thread starts. On a node so busy that nfsdcld did not answer in time, not even at the second try of the group's script, it records its clients on that node (nfsdcltrack, v4recovery) or nowhere, and does not try again while it runs. The node that starts nfsd next, this one or the other, then admits only the clients of the record on the volume: those that were there before. Who came since cannot reclaim its locks: programs that hold one get I/O errors. The grace period is waited out in full meanwhile, and locks from before this start were refused already. A restart of nfsd is the cure, since it chooses anew then: `nfsha deploy` restarts it where it is and checks that it uses nfsdcld, and a switchover starts it on the other node; both lose the same locks, so choose a moment when none matter (/proc/locks and /proc/fs/nfsd/clients on the node name them). Reasoned from the kernel's source (fs/nfsd/nfs4recover.c, Linux 6.1) and nfsdcld's; that a restart under nfsdcld keeps the locks of clients from before was not tried.",
  ],
  'helper-silent': [
    'A daemon beside nfsd does not answer',
    'mountd, which the kernel asks who may mount what, or (with NFS 3) the portmapper: one that is dead or hangs would keep a takeover here waiting. On the node that stands by it has been started anew, and the notice goes with the next look. On the node that serves, look at it (systemctl status nfs-mountd rpcbind), and move the service away before you restart rpcbind: a running nfsd does not sign on with a new one, so that no client of NFS 3 could mount.',
  ],
  'put-back': [
    'An address of the group was gone, and is there again',
    "Something took the VIP away while the group stayed here, most often the tool that manages the network: ifdown and ifup of the link, its restart or upgrade. The monitor puts it back as soon as the node's own address is there again, and tells the network (ARP). Clients wait that long, and keep their connections. `nfsha check` says what to set so that it is left alone.",
  ],
  contested: [
    'Something takes an address of the group away again and again',
    'The monitor puts it back every few seconds, and clients have it only in between. Find what manages the link (`nfsha check`; `journalctl` around the times of put-back), and make it leave the VIP alone.',
  ],
  'route-lost': [
    'A host route is gone and cannot be put back',
    'What is for the peer may leave by another link. The kernel takes the route only when the link is up and has its own address: mend the link, and the monitor puts the route back.',
  ],
  'state-unprotected': [
    'What is kept on the volume has no room of its own',
    "nfsdcld's record of the clients, statd’s records and the list of connections lie in a file system of their own, in the file .nfsha.img on the first volume, so that a client that fills the volume costs nobody a lock. It is made when the group starts: on a pair that was deployed before this, at the next move. When there was no room for it then, make 16 MiB on the volume, and run `nfsha switchover`.",
  ],
  damaged: [
    'A file system says that it is damaged',
    "ext4 found something that cannot be, and counts it in its superblock until e2fsck has mended it; the kernel's log of the node that served then says what and where. DRBD has the same on both nodes, so a move cures nothing. With `errors: continue` it goes on and leaves alone what it found; save what matters first, by a backup or a snapshot. e2fsck runs on the node that serves, for only a Primary may be written, with the service stopped: `systemctl stop heartbeat` on the passive node and then on the active one, there `drbdadm primary RESOURCE`, `e2fsck -f /dev/drbdN`, `drbdadm secondary RESOURCE`, and start heartbeat on both. What it mends goes to the other node with every other write. Never run it on the backing disk: the nodes would differ. xfs shuts down instead: the monitor sees the write fail and hands over; `xfs_repair /dev/drbdN` in the same way, after a mount and umount that replays its log. Look at the disks and the memory of both nodes too (`nfsha verify`). That the damage is told was seen in the lab; these steps follow from e2fsck(8) and drbdadm(8) and were not tried there.",
  ],
  'nearly-full': [
    'A volume is nearly full',
    'Of its room, or of its inodes, as much is taken as `monitor: full-percent` says. A full volume answers clients with ENOSPC. Remove something through a client, set quotas, or grow it: enlarge the backing disk on both nodes, and deploy.',
  ],
  'slow-disk': [
    'A disk below a volume is slow',
    'Protocol C acknowledges a write when both disks have it, so a sick disk on either node slows every client. Each monitor reads what the disks below the volumes cost (/proc/diskstats) over half a minute; the notice and `nfsha status` name node and disk. Slow is a disk that works for longer than `monitor: slow-after` for each request, however many wait at once, or that holds requests and ends none. Look at the kernel log, `smartctl -a`, the RAID or the storage behind it on that node. `nfsha isolate INVENTORY NODE` lets writes go on without it, on one copy, and `--undo` takes it back. A pair of disks that are this slow by nature wants a larger `slow-after`.',
  ],
  'slow-link': [
    'The link between the nodes is slow',
    "A write on DRBD's own device takes far longer than either disk does, and the other node's answer is what is left. Look at the replication link: `ping` between the nodes' addresses on it, errors and drops in `ip -s link`, speed and duplex in `ethtool`, its cables and switch. A resync beside it takes part of the link: `drbd: c-max-rate` bounds that.",
  ],
  'notice-failed': [
    'A notice could not be delivered',
    'The command, sendmail or curl failed or took longer than 30 s. Try it on the node: nfsha-monitor try-notice.',
  ],
}

export const noticeExplanations: readonly Explanation[] = Object.entries(texts).map(
  ([id, [title, text]]) => ({ id, kind: 'notice', title, text }),
)
