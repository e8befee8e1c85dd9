import { closest } from 'fastest-levenshtein'
import { z } from 'zod'

/** exports(5) of nfs-utils 2.6, "General Options" and "User ID Mapping"; true where a value follows. */
const known: Readonly<Record<string, boolean>> = {
  secure: false,
  insecure: false,
  rw: false,
  ro: false,
  async: false,
  sync: false,
  no_wdelay: false,
  wdelay: false,
  nohide: false,
  hide: false,
  crossmnt: false,
  no_subtree_check: false,
  subtree_check: false,
  insecure_locks: false,
  secure_locks: false,
  no_auth_nlm: false,
  auth_nlm: false,
  no_acl: false,
  acl: false,
  pnfs: false,
  no_pnfs: false,
  security_label: false,
  root_squash: false,
  no_root_squash: false,
  all_squash: false,
  no_all_squash: false,
  anonuid: true,
  anongid: true,
  sec: true,
  refer: true,
  replicas: true,
}

/** Options that have a home of their own in the inventory. */
const elsewhere: Readonly<Record<string, string>> = {
  fsid: "say it as the export's `fsid:` key, where it is checked and kept equal on both nodes",
  mp: 'leave it out: nfsha adds mp= itself, so that an unmounted volume is never exported',
  mountpoint: 'leave it out: nfsha adds mp= itself, so that an unmounted volume is never exported',
}

/** One option of exports(5); a misspelt one would make exportfs refuse the whole file on the node. */
export const exportOption = z.string().superRefine((option, context) => {
  const name = option.split('=', 1)[0] ?? ''
  const takesValue = known[name]
  const complain = (message: string, hint: string) =>
    context.addIssue({ code: 'custom', message, params: { hint } })
  if (elsewhere[name] !== undefined)
    return complain(`the option "${name}" does not belong here`, elsewhere[name])
  if (takesValue === undefined) {
    return complain(
      `"${option}" is not an option of exports(5)`,
      `did you mean ${closest(name, Object.keys(known))}?`,
    )
  }
  if (takesValue !== /^[^=]+=[^\s(),#"\\]+$/.test(option) || (!takesValue && option !== name)) {
    const example = takesValue ? `${name}=VALUE` : name
    complain(`"${option}" is not how exports(5) writes ${name}`, `write it as ${example}`)
  }
})
