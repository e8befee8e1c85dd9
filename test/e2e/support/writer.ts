import { expect } from 'vitest'
import { ask, until } from './hosts.ts'

/*
 * A writer on the client: one number a line into /mnt/nfsha/log, each synced, so that each is acknowledged.
 */

/** Mounts the export through the VIP and starts writing; it ends by itself after 20,000 lines. */
export async function startWriting({
  pauseSeconds = 0,
}: {
  readonly pauseSeconds?: number
} = {}): Promise<void> {
  await ask(
    'c1',
    `mkdir -p /mnt/nfsha && { mountpoint -q /mnt/nfsha || mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/nfsha; }
     rm -f /tmp/stop /tmp/failed /tmp/count /mnt/nfsha/log
     setsid sh -c 'n=0; while [ ! -e /tmp/stop ] && [ "$n" -lt 20000 ]; do n=$((n+1)); { echo "$n" >> /mnt/nfsha/log && sync /mnt/nfsha/log; } || touch /tmp/failed; ${pauseSeconds === 0 ? '' : `sleep ${pauseSeconds}; `}done; echo "$n" > /tmp/count' >/dev/null 2>&1 &
     :`,
  )
}

/** How far it has come. */
export async function written(): Promise<number> {
  return Number(await ask('c1', 'tail -n 1 /mnt/nfsha/log 2>/dev/null || echo 0'))
}

/** Ends it, and sees that no write failed and every line is there, in order and once. */
export async function expectAllWritten(): Promise<void> {
  await ask('c1', 'touch /tmp/stop')
  const count = await until(
    'the writer ends',
    300,
    () => ask('c1', 'cat /tmp/count 2>/dev/null || :'),
    text => text !== '',
  )
  expect(await ask('c1', 'ls /tmp/failed 2>/dev/null || echo none')).toBe('none')
  expect(await ask('c1', `seq ${count} | cmp - /mnt/nfsha/log && echo same`)).toBe('same')
}
