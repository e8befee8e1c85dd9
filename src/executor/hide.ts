import { reveal, type Secret } from '../core/secret.ts'

/** The shortest value that is searched for: a shorter one would blot out ordinary words. */
const shortestHidden = 4

/** Makes a function that replaces every secret's value in a text by `<secret NAME>`: for what commands print. */
export function hider(secrets: readonly Secret[]): (text: string) => string {
  const known = secrets
    .map(secret => ({ value: reveal(secret), shown: secret.toString() }))
    .filter(({ value }) => value.length >= shortestHidden)
    .sort((a, b) => b.value.length - a.value.length)
  return text => known.reduce((shown, { value, shown: name }) => shown.replaceAll(value, name), text)
}
