import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'

export interface KeytabFact {
  /** Some key is of a principal nfs/NAME. */
  readonly hasNfs: boolean
  /** What answers clients that come by Kerberos is installed, or will be with the NFS server. */
  readonly isAnswered: boolean
}

/**
 * What the kernel's NFS server needs for sec=krb5*: a keytab with a principal nfs/NAME (rpc.svcgssd(8)), and
 * rpc.svcgssd or gssproxy to read it. Absent without a keytab. klist(1) is rarely installed on a server; a
 * keytab holds the names of its principals as they are (MIT Kerberos, "Keytab file format").
 */
export const keytab: Probe<KeytabFact> = {
  id: 'keytab',
  script: `[ -e /etc/krb5.keytab ] || exit ${exitAbsent}
[ -r /etc/krb5.keytab ] || { echo "/etc/krb5.keytab may not be read"; exit 1; }
if grep -qaP '\\x00\\x03nfs\\x00' /etc/krb5.keytab; then echo nfs; fi
if command -v rpc.svcgssd >/dev/null || command -v gssproxy >/dev/null || ! command -v exportfs >/dev/null; then
  echo answered
fi
exit 0`,
  parse: ({ stdout }) => {
    const words = stdout.split(/\s+/)
    return present({ hasNfs: words.includes('nfs'), isAnswered: words.includes('answered') })
  },
  deadlineMs: 10_000,
  maxBytes: 1024,
}
