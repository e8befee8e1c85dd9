/**
 * A shell function `pids_of NAME` that sets `pids` to the processes whose command has that name, comm of proc(5),
 * 15 characters of it. To read a hundred short files costs the shell less than to start one program.
 */
export const pidsOf = `pids_of() {
  pids=
  for comm in /proc/[0-9]*/comm; do
    named=
    { read -r named <"$comm"; } 2>/dev/null
    [ "$named" != "$1" ] || { comm=\${comm%/comm}; pids="$pids \${comm#/proc/}"; }
  done
}`
