import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFailed } from 'vitest'
import { nodes, on } from './hosts.ts'
import { scratch } from './nfsha.ts'

const script = `
for file in /var/log/ha-log /var/log/ha-debug /proc/drbd /proc/mounts /var/lib/nfsha/guard/refused; do
  echo "== $file"; tail -n 80 "$file"
done 2>&1
echo '== kernel'; dmesg | tail -n 60
echo '== units'; systemctl --failed --no-legend; journalctl -q --no-pager -b -p warning -n 40`

/** Inside a test: when it fails, what the nodes know of it is kept beside the transcript, before the next one rolls them back. */
export function keepEvidence(): void {
  onTestFailed(async ({ task }) => {
    for (const node of nodes) {
      const { stdout, stderr } = await on(node, script)
      const file = join(scratch, `failed-${task.id}-${node}.txt`)
      writeFileSync(file, `${task.suite?.name ?? ''}: ${task.name}\n${stdout}${stderr}`)
      process.stderr.write(`what ${node} knows of it: ${file}\n`)
    }
  })
}
