import { ask, type GuestName, nodes, until } from './hosts.ts'

/** What makes a node the active one, as the tests themselves see it: role, mount, threads and address. */
const activeScript = `
primary=$(grep -c 'ro:Primary/' /proc/drbd)
mounted=$(awk '$2 == "/srv/nfsha"' /proc/mounts | wc -l)
threads=$(cat /proc/fs/nfsd/threads 2>/dev/null || echo 0)
address=$(ip -o -4 addr show | grep -c ' 192[.]168[.]0[.]219/')
echo "$primary $mounted $([ "$threads" -gt 0 ] && echo 1 || echo 0) $address"`

/** The one node that serves, waited for; fails when there is none, or two, for long. */
export async function activeNode(): Promise<GuestName> {
  const answer = await until(
    'exactly one node serves',
    300,
    async () => (await Promise.all(nodes.map(node => ask(node, activeScript)))).join(' / '),
    text => ['1 1 1 1 / 0 0 0 0', '0 0 0 0 / 1 1 1 1'].includes(text),
  )
  return answer.startsWith('1') ? 'm1' : 'm2'
}

export async function passiveNode(): Promise<GuestName> {
  return (await activeNode()) === 'm1' ? 'm2' : 'm1'
}

/** Waits until the pair is connected and both sides are up to date. */
export async function untilUpToDate(): Promise<void> {
  await until(
    'both sides up to date',
    600,
    () => ask('m1', 'cat /proc/drbd'),
    text => /cs:Connected .*ds:UpToDate\/UpToDate/.test(text),
  )
}
