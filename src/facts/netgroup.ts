import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** Whether a host knows a netgroup, by getent(1): absent (exit code 2) where it does not, as rpc.mountd would find. */
export function netgroup(name: string): Probe<true> {
  return {
    id: `netgroup:${name}`,
    script: `timeout 20 getent netgroup ${quote(name)} >/dev/null
code=$?
case $code in
0) exit 0 ;;
2) exit ${exitAbsent} ;;
124) echo "no directory server answers" ;;
*) echo "getent ended with $code" ;;
esac
exit 1`,
    parse: () => present(true),
    deadlineMs: 30_000,
    maxBytes: 1024,
  }
}
