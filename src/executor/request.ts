/**
 * Wraps a POSIX sh program so that a shell reading it from standard input runs all of it or nothing.
 * The program is one function, called in a compound command on the last lines: a link that is cut
 * anywhere leaves an open brace or quote, and the shell runs nothing. Its standard input is
 * /dev/null, since a command that reads it would eat the rest of the script (seen with dash and
 * bash); the channel itself stays readable as descriptor 3.
 */
export function wholeOrNothing(program: string, after = ':'): string {
  return `nfsha_request() {\n${program}\n}\n{\nnfsha_request 3<&0 </dev/null\n${after}\nunset -f nfsha_request\n}\n`
}

/**
 * The functions by which node code answers, for the session's first request. `nfsha_frame KIND
 * FIELD…` says a line; `nfsha_text KIND TEXT` a short text; `nfsha_file KIND FROM TO FILE` the bytes
 * of a file from offset FROM up to offset TO. `nfsha_kill_tree PID` ends a process and all that it
 * started (what is in D state stays, by nature); `nfsha_tick_on` says `tick` once a second on
 * descriptor 9, until `$nfsha_ticker` is killed or the shell is gone.
 */
export function answerFunctions(token: string): string {
  return `export LC_ALL=C LANG=C DEBIAN_FRONTEND=noninteractive
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset CDPATH ENV BASH_ENV
umask 022
cd / || exit 1
nfsha_frame() { printf '%s\\n' "${token} $*"; }
nfsha_text() { printf '%s %s #%s\\n%s' ${token} "$1" "\${#2}" "$2"; }
nfsha_file() {
  nfsha_frame "$1" "#$(($3 - $2))"
  tail -c "+$(($2 + 1))" "$4" | head -c "$(($3 - $2))"
}
nfsha_kill_tree() {
  nfsha_children=
  # The file ends without a newline, so read's exit code says nothing.
  { read -r nfsha_children <"/proc/$1/task/$1/children"; } 2>/dev/null
  for nfsha_child in $nfsha_children; do nfsha_kill_tree "$nfsha_child"; done
  kill -KILL "$1" 2>/dev/null
}
nfsha_tick_on() {
  { while sleep 1 && [ -d "/proc/$$" ]; do echo tick >&9; done; } </dev/null >/dev/null 2>&1 3<&- 8>&- &
  nfsha_ticker=$!
}`
}
