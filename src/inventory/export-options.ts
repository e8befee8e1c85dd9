import { closest } from 'fastest-levenshtein'
import { z } from 'zod'

/** A value of an option: whether exports(5) takes it, and one that it takes. */
interface Value {
  fits(value: string): boolean
  readonly example: string
}

/** strtol(3) reads more than a uid_t holds without a word, and the kernel has no user of -1. */
const id = (example: string): Value => ({
  fits: value => value === '-2' || (/^\d{1,10}$/.test(value) && Number(value) < 0xffff_ffff),
  example,
})

/** exports(5): path@host[+host][:path@host[+host]]. */
const locations: Value = {
  fits: value => /^\/[^\s(),#"\\@:]*@[^\s(),#"\\@:]+(:\/[^\s(),#"\\@:]*@[^\s(),#"\\@:]+)*$/.test(value),
  example: '/srv/data@192.168.0.9',
}

/** exports(5) of nfs-utils 2.6, "General Options" and "User ID Mapping"; a value where one follows. */
const known: Readonly<Record<string, Value | undefined>> = {
  secure: undefined,
  insecure: undefined,
  rw: undefined,
  ro: undefined,
  async: undefined,
  sync: undefined,
  no_wdelay: undefined,
  wdelay: undefined,
  nohide: undefined,
  hide: undefined,
  crossmnt: undefined,
  nocrossmnt: undefined,
  no_subtree_check: undefined,
  subtree_check: undefined,
  insecure_locks: undefined,
  secure_locks: undefined,
  no_auth_nlm: undefined,
  auth_nlm: undefined,
  no_acl: undefined,
  acl: undefined,
  pnfs: undefined,
  no_pnfs: undefined,
  security_label: undefined,
  root_squash: undefined,
  no_root_squash: undefined,
  all_squash: undefined,
  no_all_squash: undefined,
  anonuid: id('65534'),
  anongid: id('65534'),
  sec: {
    fits: value => value.split(':').every(flavour => /^(sys|none|krb5[ip]?)$/.test(flavour)),
    example: 'krb5p:krb5i',
  },
  replicas: locations,
}

/** Options that have a home of their own in the inventory, or none. */
const elsewhere: Readonly<Record<string, string>> = {
  fsid: "say it as the export's `fsid:` key, where it is checked and kept equal on both nodes",
  mp: 'leave it out: nfsha adds mp= itself, so that an unmounted volume is never exported',
  mountpoint: 'leave it out: nfsha adds mp= itself, so that an unmounted volume is never exported',
  refer: 'leave it out: it sends clients of NFSv4 to another server, and nothing of the volume is served',
  reexport: 'leave it out: a volume is no NFS mount, and its fsid is the same on both nodes',
}

/** One option of exports(5); a misspelt one would make exportfs refuse the whole file on the node. */
const exportOption = z.string().superRefine((option, context) => {
  const [name = '', ...rest] = option.split('=')
  const complain = (message: string, hint: string) =>
    context.addIssue({ code: 'custom', message, params: { hint } })
  if (Object.hasOwn(elsewhere, name))
    return complain(`the option "${name}" does not belong here`, elsewhere[name] ?? '')
  if (!Object.hasOwn(known, name)) {
    return complain(
      `"${option}" is not an option of exports(5)`,
      `did you mean ${closest(name, Object.keys(known))}?`,
    )
  }
  const value = known[name]
  const fits = value === undefined ? rest.length === 0 : value.fits(rest.join('='))
  if (!fits) {
    const example = value === undefined ? name : `${name}=${value.example}`
    complain(`"${option}" is not how exports(5) writes ${name}`, `write it as ${example}`)
  }
})

/** Words for the two sides of one switch. */
const switches: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['ro'], ['rw']],
  [['sync'], ['async']],
  [['secure'], ['insecure']],
  [['wdelay'], ['no_wdelay']],
  [['hide'], ['nohide']],
  [['crossmnt'], ['nocrossmnt']],
  [['subtree_check'], ['no_subtree_check']],
  [['root_squash'], ['no_root_squash']],
  [['all_squash'], ['no_all_squash']],
  [['acl'], ['no_acl']],
  [['pnfs'], ['no_pnfs']],
  [
    ['auth_nlm', 'secure_locks'],
    ['no_auth_nlm', 'insecure_locks'],
  ],
]

/** What may differ after each of several sec=: exports(5), "RPCSEC_GSS security". */
const ofFlavours = ['ro', 'root_squash', 'all_squash']

/** What an option sets, and to what. */
function settingOf(option: string): readonly [subject: string, value: string] {
  const [name = '', value] = option.split('=')
  if (value !== undefined) return [name, value]
  const found = switches.find(sides => sides.flat().includes(name))
  return found === undefined ? [name, ''] : [found[0][0] ?? name, String(found[0].includes(name))]
}

/** The first option that takes back what one before it says: exportfs(8) would let the last one count. */
function contradiction(options: readonly string[]): { index: number; earlier: string } | undefined {
  const said = new Map<string, string>()
  for (const [index, option] of options.entries()) {
    const [subject, value] = settingOf(option)
    if (subject === 'sec') for (const each of ofFlavours) said.delete(each)
    else {
      const earlier = said.get(subject)
      if (earlier !== undefined && settingOf(earlier)[1] !== value) return { index, earlier }
      said.set(subject, option)
    }
  }
  return undefined
}

/** The options of an export or of a client: each for itself, and none against another. */
export const exportOptions = z.array(exportOption).superRefine((options, context) => {
  const found = contradiction(options)
  if (found === undefined) return
  context.addIssue({
    code: 'custom',
    path: [found.index],
    message: `"${options[found.index]}" takes back "${found.earlier}" of the same list`,
    params: { hint: 'keep the one that is meant' },
  })
})

/**
 * The options with what is never left to the version of exportfs(8): sync, which is what acknowledged writes
 * hang on, and no_subtree_check, about which it warns where nothing is said.
 */
export function completeOptions(options: readonly string[]): readonly string[] {
  const isSaid = (subject: string) => options.some(option => settingOf(option)[0] === subject)
  return [
    ...options,
    ...(isSaid('sync') ? [] : ['sync']),
    ...(isSaid('subtree_check') ? [] : ['no_subtree_check']),
  ]
}
