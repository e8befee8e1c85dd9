import { present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'

/**
 * The name that a host finds for an IPv4 address, in /etc/hosts or by asking name servers; absent when
 * it is known to have none, unknown when nobody could say. sm-notify(8) of nfs-utils 2.6.2 makes the same
 * difference, by the same call: getnameinfo(3) with NI_NAMEREQD, EAI_NONAME is no error to it. getent(1)
 * tells them not apart, so perl-base asks, which every Debian has.
 */
export function addressName(address: string): Probe<string> {
  return {
    id: `address-name:${address}`,
    script: `command -v perl >/dev/null || { echo "perl is not installed"; exit 1; }
timeout 20 perl -MSocket=:addrinfo,inet_aton,pack_sockaddr_in -e '
  my ($error, $name) = getnameinfo(pack_sockaddr_in(0, inet_aton($ARGV[0])), NI_NAMEREQD);
  print "$name\\n" and exit 0 unless $error;
  print "$error\\n";
  exit($error == EAI_NONAME ? ${exitAbsent} : 1);' ${address}
code=$?
[ $code != 124 ] || echo "no name server answers"
exit $code`,
    parse({ stdout }) {
      const name = stdout.trim()
      return name === '' ? unknown('there is no answer') : present(name)
    },
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}
