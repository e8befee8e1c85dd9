/**
 * What a probe found. `absent` only when the probe proved that it could look; everything else that
 * is not an answer is `unknown`, and every guard refuses on it.
 */
export type Fact<T> =
  | { readonly state: 'present'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly reason: string }

const absentFact: Fact<never> = Object.freeze({ state: 'absent' })

export function present<T>(value: T): Fact<T> {
  return { state: 'present', value }
}

export function absent(): Fact<never> {
  return absentFact
}

export function unknown(reason: string): Fact<never> {
  return { state: 'unknown', reason }
}

/** The value of a present fact, else undefined. Where unknown must not pass for absent, ask `state`. */
export function factValue<T>(fact: Fact<T>): T | undefined {
  return fact.state === 'present' ? fact.value : undefined
}

/** Facts of one host by probe id. */
export type HostFacts = Readonly<Record<string, Fact<unknown>>>

/** Facts of all hosts by host name. JSON-safe: this is what `nfsha facts --out` writes. */
export type Facts = Readonly<Record<string, HostFacts>>
