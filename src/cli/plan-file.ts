import writeFileAtomic from 'write-file-atomic'
import { NfshaError } from '../core/error.ts'
import { type PlanRecord, planFormat } from '../report/plan-record.ts'
import { readText } from './facts-file.ts'

/** Saves a plan for `deploy --plan`. It holds no secret, but says how the nodes are: for the owner only. */
export async function savePlan(path: string, plan: PlanRecord): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(plan, undefined, 2)}\n`, { mode: 0o600 })
}

/** Reads a saved plan. Errors: `usage` when it is none, `refused` when it is another cluster's. */
export async function readSavedPlan(path: string, cluster: string): Promise<PlanRecord> {
  const plan = parsePlan(await readText(path), path)
  if (plan.cluster !== cluster)
    throw new NfshaError(
      'refused',
      `${path} is a plan for cluster ${plan.cluster}, not for ${cluster}`,
      'give the plan that was made from this inventory',
    )
  return plan
}

function parsePlan(text: string, path: string): PlanRecord {
  try {
    const found = JSON.parse(text) as Partial<PlanRecord> | null
    if (found?.format === planFormat && Array.isArray(found.steps)) return found as PlanRecord
  } catch {
    // Said below, in the same words.
  }
  throw new NfshaError(
    'usage',
    `${path} is not a saved plan`,
    'make one with `nfsha plan INVENTORY --out FILE`',
  )
}
