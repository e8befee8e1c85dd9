import { closest, distance } from 'fastest-levenshtein'
import type { z } from 'zod'
import { foreignWords } from './foreign-words.ts'
import { descriptionOf, keyHint, limitOf } from './keys.ts'
import type { DataPath, Finding } from './problem.ts'

type Issue = z.core.$ZodIssue

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  string: 'text',
  number: 'a number',
  enum: 'one of its words',
  int: 'a whole number',
  boolean: 'true or false',
  undefined: 'nothing',
  null: 'nothing',
}

/** zod's issues in our words: what is wrong, where, and what to write instead. */
export function flawsOf(issues: readonly Issue[], base: DataPath = []): readonly Finding[] {
  return issues.flatMap(issue => {
    const path = [...base, ...issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))]
    return flaw(issue, path)
  })
}

/** What a message calls the thing at a path: its key, or its place in a list. */
function nameOf(path: DataPath): string {
  const last = path.at(-1)
  if (last === undefined) return 'the inventory'
  return typeof last === 'number' ? `item ${last + 1} of "${path.at(-2) ?? ''}"` : `"${last}"`
}

function flaw(issue: Issue, path: DataPath): readonly Finding[] {
  const what = nameOf(path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => unknownKey(key, [...path, key]))
    case 'invalid_key':
      return flawsOf(issue.issues, path).map(found => ({ ...found, path, atKey: true }))
    case 'invalid_union':
      return unionFlaws(issue, path)
    case 'invalid_type': {
      if (issue.input === undefined) return [missing(path)]
      const [wanted, got] = [kinds[issue.expected] ?? issue.expected, kindOf(issue.input)]
      return [{ path, message: `${what} is ${got}, not ${wanted}`, hint: `write ${wanted} here` }]
    }
    case 'invalid_value': {
      const values = issue.values.map(String)
      if (issue.input === undefined) return [missing(path)]
      const given = typeof issue.input === 'string' ? `"${issue.input}"` : kindOf(issue.input)
      const near = typeof issue.input === 'string' ? closest(issue.input, values) : undefined
      const isNear = near !== undefined && distance(String(issue.input), near) <= 2
      const hint = isNear ? `did you mean "${near}"?` : `choose one of ${values.join(', ')}`
      return [{ path, message: `${what} is ${given}, which is none of ${values.join(', ')}`, hint }]
    }
    case 'too_small':
    case 'too_big':
      return [limit(issue, path, what)]
    case 'custom': {
      const hint = issue.params?.hint
      return [{ path, message: issue.message, hint: typeof hint === 'string' ? hint : meaning(path) }]
    }
    default:
      return [{ path, message: `${what} does not fit: ${issue.message}`, hint: meaning(path) }]
  }
}

function kindOf(input: unknown): string {
  if (input === null) return 'nothing'
  return kinds[Array.isArray(input) ? 'array' : typeof input] ?? typeof input
}

/** For a hint: what the value means. */
function meaning(path: DataPath): string {
  const description = descriptionOf(path)
  return description === undefined ? 'see `nfsha schema`' : `its meaning: ${description}`
}

function missing(path: DataPath): Finding {
  const key = path.at(-1) ?? ''
  return { path, message: `"${key}" is missing`, hint: `add it; ${meaning(path)}` }
}

function unknownKey(key: string, path: DataPath): Finding {
  const beyond = limitOf(path)
  if (beyond !== undefined)
    return { path, atKey: true, message: `"${key}" is refused: ${beyond.reason}`, hint: beyond.way }
  const foreign = foreignWords.get(key)
  if (foreign !== undefined)
    return { path, atKey: true, message: `"${key}" is a word of ${foreign.of}`, hint: foreign.place }
  return { path, atKey: true, message: `unknown key "${key}"`, hint: keyHint(path, key) }
}

function limit(issue: Issue & { code: 'too_small' | 'too_big' }, path: DataPath, what: string): Finding {
  const [least, bound] = issue.code === 'too_small' ? [true, issue.minimum] : [false, issue.maximum]
  const size = issue.origin === 'array' || issue.origin === 'string'
  if (least && size) return { path, message: `${what} is empty`, hint: meaning(path) }
  return {
    path,
    message: `${what} is ${least ? 'below the least' : 'above the most'} allowed, ${bound}`,
    hint: `choose a value ${least ? 'from' : 'up to'} ${bound}`,
  }
}

/** Of a union's branches, the one that the user meant: the one whose outer type fits. */
function unionFlaws(issue: Issue & { code: 'invalid_union' }, path: DataPath): readonly Finding[] {
  const outer = (branch: readonly Issue[]) =>
    branch.some(each => each.path.length === 0 && isOfOtherKind(each))
  const meant = issue.errors.filter(branch => !outer(branch)).sort((a, b) => a.length - b.length)[0]
  if (meant !== undefined) return flawsOf(meant, path)
  const wanted = new Set(issue.errors.flat().flatMap(each => wantedBy(each)))
  const [list, given] = [[...wanted].join(' or '), givenTo(issue)]
  const message = `${nameOf(path)} is ${given === undefined ? 'not' : `${kindOf(given)}, not`} ${list}`
  return [{ path, message, hint: `write ${list}` }]
}

/** What was written where a union stands: its issue does not say, those of its branches do. */
function givenTo(issue: Issue): unknown {
  if (issue.code !== 'invalid_union') return issue.path.length === 0 ? issue.input : undefined
  return issue.errors
    .flat()
    .map(each => givenTo(each))
    .find(each => each !== undefined)
}

function isOfOtherKind(issue: Issue): boolean {
  if (issue.code === 'invalid_union')
    return issue.errors.every(branch => branch.some(each => isOfOtherKind(each)))
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

function wantedBy(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_type') return [kinds[issue.expected] ?? issue.expected]
  if (issue.code === 'invalid_value') return issue.values.map(String)
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(each => wantedBy(each)) : []
}
