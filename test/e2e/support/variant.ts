import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Document, parseDocument } from 'yaml'
import { root, scratch } from './nfsha.ts'

export const inventory = join(root, 'inventories', 'lab.yml')

/** Keys whose relative paths mean something beside the original inventory only. */
const pathKeys = [
  ['ssh', 'identity-file'],
  ['ssh', 'known-hosts-file'],
  ['lab', 'directory'],
]

/** Writes an edited copy of an inventory and gives its path. */
export function variant(name: string, edit: (doc: Document) => void, from = inventory): string {
  const doc = parseDocument(readFileSync(from, 'utf8'))
  const absolute = (path: string) => resolve(dirname(from), path)
  for (const keys of pathKeys) doc.setIn(keys, absolute(String(doc.getIn(keys))))
  doc.setIn(['secrets'], `file:${absolute(String(doc.getIn(['secrets'])).replace('file:', ''))}`)
  edit(doc)
  mkdirSync(scratch, { recursive: true })
  const path = join(scratch, `${name}.yml`)
  writeFileSync(path, doc.toString())
  return path
}
