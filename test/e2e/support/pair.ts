import { ask, type GuestName, nodes, until } from './hosts.ts'

/** The other node of the pair. */
export const other = (node: GuestName): GuestName => (node === 'm1' ? 'm2' : 'm1')

/** What makes a node the active one, as the tests themselves see it: role (of all volumes), mount, threads and address. */
const activeScript = (mount: string) => `
primary=$(awk '/ro:/ { n++; p += /ro:Primary\\// } END { print p == 0 ? 0 : p == n ? 1 : "some" }' /proc/drbd)
mounted=$(mountpoint -q '${mount}' && echo 1 || echo 0)
threads=$(cat /proc/fs/nfsd/threads 2>/dev/null || echo 0)
address=$(ip -o -4 addr show | grep -c ' 192[.]168[.]0[.]219/')
echo "$primary $mounted $([ "$threads" -gt 0 ] && echo 1 || echo 0) $address"`

/** The one node that serves, waited for; fails when there is none, or two, for long. */
export async function activeNode(mount = '/srv/nfsha'): Promise<GuestName> {
  const answer = await until(
    'exactly one node serves',
    300,
    async () => (await Promise.all(nodes.map(node => ask(node, activeScript(mount))))).join(' / '),
    text => ['1 1 1 1 / 0 0 0 0', '0 0 0 0 / 1 1 1 1'].includes(text),
  )
  return answer.startsWith('1') ? 'm1' : 'm2'
}

export async function passiveNode(): Promise<GuestName> {
  return other(await activeNode())
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
