import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Document, parseDocument, visit } from 'yaml'
import { root, scratch } from './nfsha.ts'
import { portShift } from './ports.ts'

const inventories = join(root, 'inventories')

/** Keys whose relative paths mean something beside the original inventory only. */
const pathKeys = [
  ['ssh', 'identity-file'],
  ['ssh', 'known-hosts-file'],
  ['lab', 'directory'],
]

/** The lab's inventory, at the ports of this run. */
export const inventory = ownInventory('lab')

/** An inventory of inventories/ by name; where the ports are shifted, a copy of it. */
export function ownInventory(name: string): string {
  const shipped = join(inventories, `${name}.yml`)
  return portShift === 0 ? shipped : variant(name, shiftPorts, shipped)
}

function shiftPorts(doc: Document): void {
  visit(doc, {
    Scalar(_, node) {
      const { value } = node
      if (typeof value === 'number' && value > 22_100 && value < 22_200) node.value = value + portShift
      else if (typeof value === 'string')
        node.value = value.replace(
          /^(127\.0\.0\.1:)(221\d\d)$/,
          (_, host, port) => host + (Number(port) + portShift),
        )
    },
  })
}

/** Writes an edited copy of an inventory and gives its path. */
export function variant(name: string, edit: (doc: Document) => void, from = inventory): string {
  const doc = parseDocument(readFileSync(from, 'utf8'))
  const absolute = (path: string) => resolve(dirname(from), path)
  for (const keys of pathKeys) doc.setIn(keys, absolute(String(doc.getIn(keys))))
  visit(doc, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && node.value.startsWith('file:'))
        node.value = `file:${absolute(node.value.slice('file:'.length))}`
    },
  })
  edit(doc)
  mkdirSync(scratch, { recursive: true })
  const path = join(scratch, `${name}.yml`)
  writeFileSync(path, doc.toString())
  return path
}
