import type { Cluster } from '../core/cluster.ts'
import { stateVolume } from '../core/cluster.ts'
import type { OperationSeries } from '../core/drill.ts'
import { NfshaError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import type { Link } from './link.ts'
import { runPath, shipScript } from './program.ts'
import { type Stream, type StreamLine, startStream } from './stream.ts'

export type NfsVersion = OperationSeries['nfsVersion']

export interface WorkloadRequest {
  readonly cluster: Cluster
  readonly runId: string
  readonly versions: readonly NfsVersion[]
  readonly client: Link
  /** Carries the words of the running program. */
  readonly channel: Link
  /** The node that serves when the drill begins. */
  readonly server: Link
  readonly limitSeconds: number
  /** The loop of article 001 as well: much I/O, for comparison with its figures. */
  readonly yardstick: boolean
  readonly now: () => number
  readonly onLine: (line: StreamLine) => void
}

/**
 * As a client should mount (domain: TCP_USER_TIMEOUT is timeo times retrans+1, and must outlast the
 * failover); `nosharecache`, since one that is shared would answer for another version's mount.
 */
const mountOptions = 'hard,proto=tcp,timeo=150,retrans=2,noatime,nosharecache'

/** Where a version's mount of the drill is, on the client. */
export function mountPath(runId: string, version: NfsVersion): string {
  return `${runPath(runId)}/mnt-${version}`
}

/** The drill's own directory, in the first export. */
export function workPath({ exports: [first] }: Cluster, runId: string): string {
  if (first === undefined)
    throw new NfshaError(
      'refused',
      'the cluster exports nothing, so there is nothing to drill',
      'add an export',
    )
  return `${first.path}/.nfsha-drill-${runId}`
}

/** Makes the directories on the server, mounts on the client, and starts the program there. */
export async function startWorkload(request: WorkloadRequest): Promise<Stream> {
  const { cluster, runId, versions, client, channel, server, limitSeconds, now, onLine } = request
  await server.ask(serverScript(cluster, runId, versions), 60_000)
  await client.ask(shipScript(runId, 'client'), 60_000)
  for (const version of versions) await client.ask(mountScript(cluster, runId, version), 120_000)
  await client.ask(`mkdir -p ${runPath(runId)}/log`, 10_000)
  const words = [
    ...['work', `${runPath(runId)}/log`, String(limitSeconds)],
    ...[vipOf(cluster), String(seedOf(runId)), ...(request.yardstick ? ['--yardstick'] : [])],
    ...versions.map(version => quote(`${version}=${mountPath(runId, version)}/${version}`)),
  ]
  return startStream({
    ...{ link: channel, runId, program: 'client', words: words.join(' '), silenceMs: 900_000, now, onLine },
  })
}

/**
 * How the server's present truth compares with what was acknowledged: the program's report, over fresh
 * mounts, or why there is none.
 */
export function verifyWorkload(
  request: Pick<WorkloadRequest, 'cluster' | 'runId' | 'versions'>,
  client: Link,
): Promise<string> {
  return compare(request, client).catch(messageOf)
}

async function compare(
  { cluster, runId, versions }: Pick<WorkloadRequest, 'cluster' | 'runId' | 'versions'>,
  client: Link,
): Promise<string> {
  for (const version of versions) {
    await client.ask(unmountScript(runId, version), 60_000)
    await client.ask(mountScript(cluster, runId, version), 120_000)
  }
  const words = versions.map(version => quote(`${version}=${mountPath(runId, version)}/${version}`)).join(' ')
  const path = runPath(runId)
  return client.ask(`perl ${path}/client.pl verify ${path}/log ${seedOf(runId)} ${words}`, 300_000)
}

/** The program's logs by name: `4.2.append`, `prober`. */
export async function collectLogs(runId: string, client: Link): Promise<ReadonlyMap<string, string>> {
  const path = `${runPath(runId)}/log`
  const names = (await client.ask(`ls ${path}`, 10_000)).split('\n').filter(name => name !== '')
  const logs = new Map<string, string>()
  for (const name of names) logs.set(name, await client.ask(`cat ${quote(`${path}/${name}`)}`, 60_000))
  return logs
}

/** What a node said about the client's lock: `isHeld` is undefined where `said` is no answer but why there is none. */
export interface LockSighting {
  readonly version: NfsVersion
  readonly isHeld: boolean | undefined
  readonly said: string
}

/** Whether a lock that the drill's client took is held on this node, as a second locker there finds it. */
export async function lookAtLock(
  cluster: Cluster,
  runId: string,
  version: NfsVersion,
  server: Link,
): Promise<LockSighting> {
  const file = `${workPath(cluster, runId)}/${version}/lock`
  // F_GETLK with struct flock of 64-bit Linux; type 2 (F_UNLCK) comes back when nobody has it.
  const program = `use Fcntl; sysopen F, $ARGV[0], O_RDWR or die "$ARGV[0]: $!\\n"; my $l = pack "s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0; fcntl F, F_GETLK, $l or die "F_GETLK: $!\\n"; print unpack("s", $l) == F_UNLCK ? "free" : "held"`
  const script = `LC_ALL=C perl -e ${quote(program)} ${quote(file)}`
  let said = ''
  // A session that broke unseen is noticed by the first question, and a new one is opened for the second.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    said = await server.ask(script, 30_000).catch(messageOf)
    if (said === 'held' || said === 'free') return { version, isHeld: said === 'held', said }
  }
  return { version, isHeld: undefined, said }
}

function messageOf(error: unknown): string {
  if (error instanceof NfshaError) return error.message
  throw error
}

/** Unmounts and removes all that the drill made on the client. Never throws. */
export async function clearClient(
  runId: string,
  versions: readonly NfsVersion[],
  client: Link,
): Promise<void> {
  for (const version of versions) await client.tryAsk(unmountScript(runId, version), 60_000)
  await client.tryAsk(`rm -rf --one-file-system ${runPath(runId)}`, 60_000)
}

/** Removes the drill's directory from the volume. Never throws. */
export async function clearServer(cluster: Cluster, runId: string, server: Link): Promise<void> {
  const { mountPoint } = stateVolume(cluster)
  await server.tryAsk(
    `mountpoint -q ${quote(mountPoint)} && rm -rf --one-file-system ${quote(workPath(cluster, runId))}`,
    60_000,
  )
}

function vipOf({ vips: [first] }: Cluster): string {
  return first?.address ?? ''
}

/** From the run's id, so that no other run's records pass for this one's. */
function seedOf(runId: string): number {
  return Number.parseInt(runId.slice(-6), 16)
}

/** As many as the program on the client unlinks (templates/drill/client.pl). */
const filesToUnlink = 1200

/** The directories, open to a client whose root is nobody here, and the files to unlink. */
function serverScript(cluster: Cluster, runId: string, versions: readonly NfsVersion[]): string {
  return versions
    .map(version => {
      const path = quote(`${workPath(cluster, runId)}/${version}`)
      return `set -e
mkdir -p ${path}/create ${path}/unlink && cd ${path} && chmod 0777 . create unlink
: >rename.0
i=0
while [ "$i" -lt ${filesToUnlink} ]; do : >"unlink/$i"; i=$((i + 1)); done
chmod 0666 rename.0`
    })
    .join('\n')
}

function mountScript(cluster: Cluster, runId: string, version: NfsVersion): string {
  const source = quote(`${vipOf(cluster)}:${workPath(cluster, runId)}`)
  const path = mountPath(runId, version)
  return `mkdir -p ${path} && timeout 100 mount -t nfs -o vers=${version},${mountOptions} ${source} ${path}`
}

function unmountScript(runId: string, version: NfsVersion): string {
  const path = mountPath(runId, version)
  return `! mountpoint -q ${path} || timeout 30 umount ${path} || umount -f -l ${path}`
}
