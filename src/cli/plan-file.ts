import writeFileAtomic from 'write-file-atomic'
import { NfshaError } from '../core/error.ts'
import type { PlanRecord } from '../report/plan-record.ts'
import { readText } from './facts-file.ts'
import type { Selection } from './selection.ts'
import { version } from './version.ts'

const format = 'nfsha-plan/1'

/** What was asked for when a plan was made, and is asked for again when it is applied. */
export interface PlannedSelection extends Selection {
  readonly waitSync: boolean
}

/**
 * What `plan --out` writes and `deploy --plan` reads. Consent to what is lost, data or a client's access,
 * is not in it: whoever applies the plan gives that again.
 */
interface PlanFile {
  readonly format: typeof format
  /** The nfsha that made it; for people. */
  readonly version: string
  readonly selection: PlannedSelection
  readonly plan: PlanRecord
}

/** Saves a plan for `deploy --plan`. It holds no secret, but says how the nodes are: for the owner only. */
export async function savePlan(
  path: string,
  plan: PlanRecord,
  { only, from, node, waitSync }: PlannedSelection,
): Promise<void> {
  const parts = { ...(from === undefined ? {} : { from }), ...(node === undefined ? {} : { node }) }
  const selection = { only, waitSync, ...parts }
  const file: PlanFile = { format, version: version(), selection, plan }
  await writeFileAtomic(path, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 })
}

/** A plan as it was shown, and what was asked for. */
export type SavedPlan = Pick<PlanFile, 'plan' | 'selection'>

/** Reads a saved plan. Errors: `usage` when it is none, `refused` when it is another cluster's. */
export async function readSavedPlan(path: string, cluster: string): Promise<SavedPlan> {
  const { plan, selection } = parsePlan(await readText(path), path)
  if (plan.cluster !== cluster)
    throw new NfshaError(
      'refused',
      `${path} is a plan for cluster ${plan.cluster}, not for ${cluster}`,
      'give the plan that was made from this inventory',
    )
  return { plan, selection }
}

function parsePlan(text: string, path: string): PlanFile {
  try {
    const found = JSON.parse(text) as Partial<PlanFile> | null
    if (found?.format === format && Array.isArray(found.plan?.steps) && Array.isArray(found.selection?.only))
      return found as PlanFile
  } catch {
    // Said below, in the same words.
  }
  throw new NfshaError(
    'usage',
    `${path} is not a saved plan`,
    'make one with `nfsha plan INVENTORY --out FILE`',
  )
}
