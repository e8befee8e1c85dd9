/** A value with its labels; unknown values have none. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | boolean | undefined]

/** A family of metrics: its name without `nfsha_`, what it means, and its samples. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly samples: readonly Sample[]
}
