import { ask, type GuestName, until } from './hosts.ts'

/*
 * Clients that hold on: for each version of NFS a mount of its own on the client, and in it a process that holds a
 * lock (fcntl) on its file and appends a number a line through it, each synced. A lock that was lost shows in the
 * holder (a write through it gets EIO, from NFS 4 on) or on the node that serves (/proc/locks).
 */

export type Version = '3' | '4.0' | '4.1' | '4.2'

const mountOf = (version: Version) => `/mnt/held-${version}`

/** Ends by itself after 40,000 lines. */
const holder = `use IO::Handle; use Time::HiRes qw(time sleep);
my ($file, $log) = @ARGV;
open my $held, ">>", $file or die "open: $!"; open my $told, ">", $log or die $!; $told->autoflush(1);
my $lock = pack "s s x![q] q q i", 1, 0, 0, 0, 0;
fcntl $held, 6, $lock or die "lock: $!";
for my $n (1 .. 40_000) {
  my $began = time;
  (syswrite $held, "$n\\n") && $held->sync or do { print $told "failed $!\\n"; exit 1 };
  printf $told "%d %.1f\\n", $n, time - $began;
  sleep 0.2;
}`

/** Mounts each version and lets it hold its lock. */
export async function holdOn(versions: readonly Version[]): Promise<void> {
  for (const version of versions) {
    const at = mountOf(version)
    await ask(
      'c1',
      `cat >/tmp/holder.pl <<'X'
${holder}
X
mkdir -p ${at} && mount -t nfs -o vers=${version},hard,nosharecache 192.168.0.219:/srv/nfsha/data ${at}
rm -f ${at}/lock-${version}
setsid perl /tmp/holder.pl ${at}/lock-${version} /tmp/held-${version} >/tmp/held-${version}.err 2>&1 &
:`,
    )
  }
  for (const version of versions) await holdsOn(version)
}

/** The longest that an acknowledged write took since the last time this was asked, in seconds; by version. */
export async function worstWaits(versions: readonly Version[]): Promise<Readonly<Record<string, number>>> {
  const waits: Record<string, number> = {}
  for (const version of versions)
    waits[version] = Number(
      await ask(
        'c1',
        `touch /tmp/seen-${version}; read -r seen </tmp/seen-${version}
awk -v seen="\${seen:-0}" '$1 > seen && $2 > worst { worst = $2 } END { print worst + 0; print $1 >"/tmp/seen-${version}" }' /tmp/held-${version}`,
      ),
    )
  return waits
}

/** Waits until the holder of this version writes on through its lock; fails when it was lost. */
export async function holdsOn(version: Version): Promise<void> {
  const last = () => ask('c1', `tail -n 1 /tmp/held-${version} 2>/dev/null; cat /tmp/held-${version}.err`)
  const from = await last()
  await until(
    `the holder over ${version} writes on`,
    300,
    async () => {
      const now = await last()
      if (/failed|lock:|open:/.test(now)) throw new Error(`over ${version}: ${now}`)
      return now
    },
    now => now !== '' && now !== from,
  )
}

/** Locks on files of the volume that a node knows. */
export async function locksOn(node: GuestName): Promise<number> {
  // DRBD's major number is 147, 0x93; the first volume is minor 0.
  return Number(await ask(node, `grep -c ' 93:00:' /proc/locks || :`))
}

/** Every holder goes on through its lock, and the node that serves knows as many. */
export async function allHold(versions: readonly Version[], node: GuestName): Promise<void> {
  for (const version of versions) await holdsOn(version)
  await until(
    `${node} knows ${versions.length} locks`,
    120,
    async () => String(await locksOn(node)),
    count => Number(count) === versions.length,
  )
}

/** Ends them all and takes the mounts away. */
export async function letGo(versions: readonly Version[]): Promise<void> {
  for (const version of versions)
    await ask(
      'c1',
      `pkill -f "^perl /tmp/holder.pl ${mountOf(version)}/" || :; sleep 1; umount ${mountOf(version)}; rm -f /tmp/held-${version} /tmp/seen-${version}`,
    )
}
