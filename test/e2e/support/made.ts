import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, scratch } from './nfsha.ts'

/*
 * Which build, and which inventory, made each of the lab's snapshots: nodes that another one deployed are not under
 * test, whatever a snapshot of them is called.
 */

/** What runs in these tests, and what it writes on nodes. */
const makers = ['dist', 'templates', 'playbooks']

const record = join(scratch, 'made.json')

/** Notes that the snapshot was made just now, by this build and from this inventory. */
export function noteMade(snapshot: string, inventory: string): void {
  writeFileSync(record, `${JSON.stringify({ ...made(), [snapshot]: digest(inventory) }, undefined, 2)}\n`)
}

/** Whether the snapshot is of this build and this inventory. */
export function isOfThisBuild(snapshot: string, inventory: string): boolean {
  return made()[snapshot] === digest(inventory)
}

function made(): Readonly<Record<string, string>> {
  return existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {}
}

function digest(inventory: string): string {
  const hash = createHash('sha256').update(readFileSync(inventory))
  for (const maker of makers)
    for (const name of readdirSync(join(root, maker), { recursive: true }).map(String).sort()) {
      const path = join(root, maker, name)
      if (statSync(path).isFile()) hash.update(`\0${maker}/${name}\0`).update(readFileSync(path))
    }
  return hash.digest('hex')
}
