/** One case of a JUnit report. */
export interface JunitCase {
  readonly className: string
  readonly name: string
  readonly failure?: string
  /** Could not be decided. */
  readonly skipped?: string
  readonly output?: string
}

/** A JUnit XML report of one suite, as CI systems read it. */
export function junit(suite: string, cases: readonly JunitCase[]): string {
  const count = (test: (each: JunitCase) => boolean) => cases.filter(test).length
  const failures = count(({ failure }) => failure !== undefined)
  const skipped = count(each => each.skipped !== undefined)
  const totals = `tests="${cases.length}" failures="${failures}" skipped="${skipped}" errors="0"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite name="${xml(suite)}" ${totals}>`,
    ...cases.map(caseXml),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')
}

function caseXml({ className, name, failure, skipped, output }: JunitCase): string {
  const inside = [
    ...(failure === undefined ? [] : [`<failure message="${xml(failure)}"/>`]),
    ...(skipped === undefined ? [] : [`<skipped message="${xml(skipped)}"/>`]),
    ...(output === undefined ? [] : [`<system-out>${xml(output)}</system-out>`]),
  ].join('')
  const about = `classname="${xml(className)}" name="${xml(name)}"`
  return inside === '' ? `    <testcase ${about}/>` : `    <testcase ${about}>${inside}</testcase>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** Text for XML 1.0, in which most control characters cannot be written at all. */
function xml(text: string): string {
  return text
    .replaceAll(/[&<>"\n]/g, found => entities[found] ?? found)
    .replaceAll(/\p{Cc}/gu, found => (found === '\t' ? found : '\u{fffd}'))
}
