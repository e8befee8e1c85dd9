/** A name from somebody else's disk, for a terminal: control characters, which may do anything there, become `?`. */
export function printable(name: string): string {
  return name.replaceAll(/\p{Cc}/gu, '?')
}
