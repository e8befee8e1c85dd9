import { reveal, type Secret } from '../core/secret.ts'

/** The shortest value that is searched for: a shorter one would blot out ordinary words. */
const shortestHidden = 4

/**
 * drbdadm hands `shared-secret` to drbdsetup on its command line, and logs that when it fails (drbd-utils 9.22):
 * the secret of now, or one of before a change, as one word of the shell.
 */
const onCommandLine = /(--shared-secret[= ])(?!<secret )(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g

/**
 * Makes a function that replaces every secret's value in a text by `<secret NAME>`, as it is and as it
 * stands in JSON: for what commands print and log, and for what is handed to others.
 */
export function hider(secrets: readonly Secret[]): (text: string) => string {
  const known = secrets
    .flatMap(secret => {
      const value = reveal(secret)
      const inJson = JSON.stringify(value).slice(1, -1)
      return [...new Set([value, inJson])].map(each => ({ value: each, shown: secret.toString() }))
    })
    .filter(({ value }) => value.length >= shortestHidden)
    .sort((a, b) => b.value.length - a.value.length)
  return text =>
    known
      .reduce((shown, { value, shown: name }) => shown.replaceAll(value, name), text)
      .replaceAll(onCommandLine, '$1<secret>')
}
