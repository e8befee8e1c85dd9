import type { z } from 'zod'
import { keyHint, refusedKeys } from './keys.ts'
import type { DataPath, Finding } from './problem.ts'

type Issue = z.core.$ZodIssue

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  string: 'text',
  number: 'a number',
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

function flaw(issue: Issue, path: DataPath): readonly Finding[] {
  const what = path.length === 0 ? 'the inventory' : `"${path.at(-1)}"`
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => unknownKey(key, [...path, key]))
    case 'invalid_key':
      return flawsOf(issue.issues, path).map(found => ({ ...found, path, atKey: true }))
    case 'invalid_union':
      return unionFlaws(issue, path)
    case 'invalid_type': {
      const wanted = kinds[issue.expected] ?? issue.expected
      if (issue.input === undefined && / received undefined$/.test(issue.message)) return [missing(path)]
      const got = /received (\w+)$/.exec(issue.message)?.[1] ?? ''
      return [
        { path, message: `${what} is ${kinds[got] ?? got}, not ${wanted}`, hint: `write ${wanted} here` },
      ]
    }
    case 'invalid_value': {
      const values = issue.values.map(String).join(', ')
      return [
        {
          path,
          message: `${what} has a value that is not one of: ${values}`,
          hint: `choose one of ${values}`,
        },
      ]
    }
    case 'too_small':
    case 'too_big':
      return [limit(issue, path, what)]
    case 'custom': {
      const hint = issue.params?.hint
      return [{ path, message: issue.message, hint: typeof hint === 'string' ? hint : keyHint(path) }]
    }
    default:
      return [{ path, message: `${what}: ${issue.message}`, hint: keyHint(path) }]
  }
}

function missing(path: DataPath): Finding {
  const key = path.at(-1) ?? ''
  return { path, message: `"${key}" is missing`, hint: `add it: ${keyHint(path)}` }
}

function unknownKey(key: string, path: DataPath): Finding {
  const refused = refusedKeys[key]
  if (refused !== undefined)
    return { path, atKey: true, message: `"${key}" is refused: ${refused.reason}`, hint: refused.hint }
  return { path, atKey: true, message: `unknown key "${key}"`, hint: keyHint(path, key) }
}

function limit(issue: Issue & { code: 'too_small' | 'too_big' }, path: DataPath, what: string): Finding {
  const [least, bound] = issue.code === 'too_small' ? [true, issue.minimum] : [false, issue.maximum]
  const size = issue.origin === 'array' || issue.origin === 'string'
  if (least && size) return { path, message: `${what} is empty`, hint: keyHint(path) }
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
  const what = path.length === 0 ? 'the inventory' : `"${path.at(-1)}"`
  const list = [...wanted].join(' or ')
  return [{ path, message: `${what} is not ${list}`, hint: keyHint(path) }]
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
