import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { readText } from './markdown.ts'

/*
 * The workflows of docs/ci.md, which nobody runs here: that they are YAML without a doubt, have the keys
 * that their systems ask for, and that their scripts pass shellcheck and call nfsha as it is.
 */

const workflows = [...readText('docs/ci.md').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => {
  const document = parseDocument(text, { uniqueKeys: true })
  return { problems: [...document.errors, ...document.warnings], value: document.toJS() as unknown }
})
const [github, gitlab] = workflows.map(({ value }) => value)

interface GithubStep {
  readonly uses?: string
  readonly run?: string
  readonly if?: string
}

const job = (github as { jobs: { plan: { steps: readonly GithubStep[]; 'runs-on': unknown } } }).jobs.plan
const gitlabJob = (gitlab as { 'nfsha-plan': Record<string, unknown> })['nfsha-plan']
const scripts = [...job.steps.flatMap(({ run }) => run ?? []), ...(gitlabJob.script as readonly string[])]

test('both are YAML without errors and warnings', () => {
  expect(workflows.map(({ problems }) => problems)).toEqual([[], []])
})

describe('GitHub Actions', () => {
  test('has what a workflow needs', () => {
    // YAML 1.2 has no other spelling of true: `on` is a word (yaml, version 1.2 core schema).
    expect(Object.keys(github as object)).toEqual(
      expect.arrayContaining(['name', 'on', 'permissions', 'jobs']),
    )
    expect(job['runs-on']).toContain('self-hosted')
    for (const step of job.steps)
      expect([step.uses, step.run].filter(each => each !== undefined)).toHaveLength(1)
  })

  test('comments on what differs and on what is refused only', () => {
    expect(job.steps.find(step => step.run?.includes('gh pr comment'))?.if).toMatch(/'2'.*'5'/)
  })
})

test('GitLab has what a job needs, and marks drift without failing', () => {
  expect(Object.keys(gitlabJob)).toEqual(expect.arrayContaining(['script', 'rules', 'tags']))
  expect(gitlabJob.allow_failure).toEqual({ exit_codes: [2] })
})

test.each(scripts.map((script, index) => [index, script] as const))(
  'script %i passes shellcheck',
  (_, script) => {
    const found = () => execFileSync('shellcheck', ['-s', 'sh', '-'], { input: script, encoding: 'utf8' })
    expect(found).not.toThrow()
  },
)

test.each(scripts.filter(script => script.includes('nfsha plan')))(
  'a plan is asked for as it should be',
  script => {
    expect(script).toContain(
      'nfsha plan "$INVENTORY" --detailed-exitcode --format markdown >plan.md || code=$?',
    )
    expect(script).toContain(`trap 'rm -f "$SECRETS_FILE"' EXIT`)
  },
)
