import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import { NfshaError, type Problem, type SourcePlace } from '../core/error.ts'
import type { DataPath } from './problem.ts'

/** YAML as data, with a way back from data to places in the text. */
export interface InventoryDocument {
  readonly data: unknown
  /** Flaws of the text that still leave data: keys written twice. */
  readonly problems: readonly Problem[]
  /** Whether the text has the top-level key of a path: what is only a default has no place. */
  mentions(path: DataPath): boolean
  /** The place of a value, or of its key; of the nearest thing around it when it is not in the text. */
  placeOf(path: DataPath, atKey?: boolean): SourcePlace
}

/**
 * Reads one YAML 1.2 document. Errors: `preflight` for text that is no YAML, with every syntax error and
 * its place; a key written twice is a problem beside the data.
 */
export function parseInventoryText(text: string, file: string): InventoryDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    stringKeys: true,
    merge: true,
    // Without octal numbers 0o755 stays the text that a mode is.
    customTags: tags => tags.filter(tag => typeof tag === 'string' || tag.format !== 'OCT'),
    prettyErrors: false,
  })
  const at = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const problems = document.errors.map(error => ({
    fatal: error.code !== 'DUPLICATE_KEY',
    problem: problemOf(error, text, at(error.pos[0])),
  }))
  if (problems.some(({ fatal }) => fatal))
    throw notYaml(
      file,
      problems.map(({ problem }) => problem),
    )
  return {
    data: dataOf(document, file, at(0)),
    problems: problems.map(({ problem }) => problem),
    mentions: path => document.has(path[0]),
    placeOf: (path, atKey = false) => at(offsetOf(document.contents, path, atKey)),
  }
}

function notYaml(file: string, problems: readonly Problem[]): NfshaError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  return new NfshaError('preflight', `${file} has ${count}`, 'mend each, then run `nfsha validate` again', {
    problems,
  })
}

function problemOf(
  error: { code: string; message: string; pos: [number, number] },
  text: string,
  at: SourcePlace,
): Problem {
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^[^\s:]+/.exec(text.slice(error.pos[0]))?.[0] ?? ''
    return { message: `the key "${key}" is written twice`, hint: 'keep one of them', at }
  }
  const hint = error.code === 'TAB_AS_INDENT' ? 'indent with spaces' : 'mend the YAML here, or just above'
  return { message: `not valid YAML: ${error.message}`, hint, at }
}

function dataOf(document: { toJS(): unknown }, file: string, at: SourcePlace): unknown {
  try {
    return document.toJS()
  } catch (error) {
    // The yaml package throws for an alias without its anchor, and for aliases that unfold without end.
    const message = error instanceof Error ? error.message : String(error)
    throw notYaml(file, [
      { message: `not valid YAML: ${message}`, hint: 'write the value out instead of an alias', at },
    ])
  }
}

function offsetOf(root: ParsedNode | null, path: DataPath, atKey: boolean): number {
  let node: unknown = root
  let offset = root?.range[0] ?? 0
  for (const [index, part] of path.entries()) {
    const step = isMap(node) ? inMap(node, part, atKey && index === path.length - 1) : inList(node, part)
    if (step === undefined) return offset
    offset = step.offset ?? offset
    node = step.node
  }
  return offset
}

interface Step {
  readonly node: unknown
  readonly offset: number | undefined
}

function inMap(map: YAMLMap, part: string | number, atKey: boolean): Step | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
  if (pair === undefined) return undefined
  // A mapping or list is best found by its key, and an empty value has no place of its own.
  const { key, value } = pair
  const byKey = atKey || !isNode(value) || isCollection(value) || (isScalar(value) && value.source === '')
  return { node: value, offset: startOf(byKey ? key : value) }
}

function inList(list: unknown, part: string | number): Step | undefined {
  if (!isSeq(list)) return undefined
  const node = list.items[Number(part)]
  return node === undefined ? undefined : { node, offset: startOf(node) }
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
