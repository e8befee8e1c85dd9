import type { DrillResult, OperationKind } from '../core/drill.ts'
import { type OperationRecord, parseVerification } from './records.ts'

/** The kinds whose effects are compared afterwards (templates/drill/client.pl, verify). */
const compared: readonly OperationKind[] = ['append', 'lock', 'create', 'unlink', 'rename']

/**
 * What became of the acknowledged writes. `verification`: the program's report, or why there is none;
 * then what was acknowledged is counted from the client's own logs, and what is lost is not known.
 */
export function writesOf(
  verification: string,
  all: readonly { readonly kind: OperationKind; readonly records: readonly OperationRecord[] }[],
): DrillResult['writes'] {
  const verified = parseVerification(verification)
  if (verified === undefined)
    return { acknowledged: acknowledged(all), lost: 'unknown', corrupt: 0, duplicated: 0 }
  const sum = (of: 'acknowledged' | 'lost' | 'corrupt' | 'duplicated') =>
    verified.reduce((total, each) => total + each[of], 0)
  const gap = verified.find(each => each.gap !== undefined)?.gap
  return {
    ...{ acknowledged: sum('acknowledged'), lost: sum('lost') },
    ...{ corrupt: sum('corrupt'), duplicated: sum('duplicated') },
    ...(gap && { gap }),
  }
}

function acknowledged(all: Parameters<typeof writesOf>[1]): number {
  return all
    .filter(({ kind }) => compared.includes(kind))
    .flatMap(({ records }) => records)
    .filter(({ endedMs, error }) => endedMs !== undefined && error === undefined).length
}

/** Why nothing is known of what was acknowledged. */
export function unverified(verification: string): readonly string[] {
  return parseVerification(verification) === undefined
    ? [`what was acknowledged could not be compared: ${verification.trim().split('\n').at(-1) ?? ''}`]
    : []
}
