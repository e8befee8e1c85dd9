# The pretended commands of world.ts. `fail/NAME` holds how often a command still fails (or always), and what it
# says. Time is the world's: only `sleep`, between two looks, moves it.
name=${0##*/}
printf '%s\n' "$name${*:+ $*}" >>"$ROOT/calls"

fails() {
    [ -r "$ROOT/fail/$1" ] || return 1
    read -r left <"$ROOT/fail/$1"
    # Two that run at once would read each other's half-written counts.
    [ "$left" != always ] || return 0
    [ "$left" -gt 0 ] || return 1
    echo "$((left - 1))" >"$ROOT/fail/$1"
}

end_of() { [ ! -e "$1" ] || [ "$(tail -n 1 "$1")" = end ]; }

case $name in
sleep)
    # The real time that the background processes of this look need.
    tries=0
    until { [ ! -e "$ROOT/until" ] || . "$ROOT/until"; } && { end_of "$ROOT/run/nfsha/monitor/findings" || [ -e "$ROOT/hang" ]; } && [ -e "$ROOT/run/nfsha/monitor/survey" ]; do
        /bin/sleep 0.02
        tries=$((tries + 1))
        [ "$tries" -lt 1000 ] || break
    done
    read -r look <"$ROOT/look"
    look=$((look + 1))
    echo "$look" >"$ROOT/look"
    read -r up rest <"$ROOT/proc/uptime"
    echo "$((${up%.*} + ${1%.*})).${up#*.} $rest" >"$ROOT/proc/uptime.new"
    mv "$ROOT/proc/uptime.new" "$ROOT/proc/uptime"
    cp "$ROOT/run/nfsha/monitor/state.json" "$ROOT/states/$look" 2>/dev/null
    [ ! -x "$ROOT/events/$look" ] || "$ROOT/events/$look"
    read -r last <"$ROOT/last"
    [ "$look" -lt "$last" ] || kill "$PPID"
    ;;
cl_status)
    fails cl_status && exit 1
    case $1 in
    rscstatus) cat "$ROOT/rscstatus" ;;
    nodestatus) cat "$ROOT/peer" ;;
    listnodes) printf 'm1.redhat.sx\nm2.redhat.sx\n192.168.0.254\n' ;;
    listhblinks) printf '\tem1\n\tem2\n' ;;
    hblinkstatus) if [ -e "$ROOT/dead/$2-$3" ]; then echo dead; else echo up; fi ;;
    esac
    ;;
ip)
    case "$*" in
    *monitor*)
        # The kernel's word, until the world ends.
        echo '3: em1    inet 192.168.0.219/24 scope global em1'
        tries=0
        while [ -d "$ROOT" ] && [ ! -e "$ROOT/deaf" ] && [ "$tries" -lt 600 ]; do /bin/sleep 0.1; tries=$((tries + 1)); done
        ;;
    *'route show'*) [ ! -e "$ROOT/routes" ] || cat "$ROOT/routes" ;;
    *'route replace'*)
        fails route && exit 2
        echo "$3 dev $5 scope link src $7 " >>"$ROOT/routes"
        ;;
    *'address replace'*)
        echo "2: $5    inet $3 scope global $5" >>"$ROOT/addresses"
        [ ! -e "$ROOT/given-up" ] || mv "$ROOT/run/nfsha/group.active" "$ROOT/run/nfsha/group.gone"
        ;;
    *) cat "$ROOT/addresses" ;;
    esac
    ;;
stat)
    case $1 in
    -f)
        case $3 in
        '%S %a') echo '1048576 900' ;;
        *) cat "$ROOT/room" ;;
        esac
        ;;
    *) exec /usr/bin/stat "$@" ;;
    esac
    ;;
drbdadm) [ "$1" != get-gi ] || echo 98BAD924C29CDD90:A9B559A93F34E7E7:0000000000000000:0000000000000000:1:1:0:0:0:0:0 ;;
rpcinfo) fails rpcinfo && exit 1 ;;
dd)
    if [ -e "$ROOT/hang" ]; then exec /bin/sleep 30; fi
    fails dd && { echo 'dd: Input/output error' >&2; exit 1; }
    ;;
ss) [ ! -e "$ROOT/connections" ] || cat "$ROOT/connections" ;;
arping) fails arping && exit 1 ;;
flock) fails flock && exit 1 ;;
nfsha)
    fails group && exit 1
    echo 16 >"$ROOT/proc/fs/nfsd/threads"
    : >"$ROOT/run/nfsha/group.active"
    ;;
hb_standby) rm -f "$ROOT/run/nfsha/group.active"; echo none >"$ROOT/rscstatus" ;;
hook) printf '%s\n' "$NFSHA_PRIORITY $1: $2" >>"$ROOT/told" ;;
esac
exit 0
