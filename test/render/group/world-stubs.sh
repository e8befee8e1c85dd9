# The pretended commands of world.ts: each call is logged, and the few that matter change the files
# that stand for the kernel's. `fail/NAME` holds how often a command still fails.
name=${0##*/}
printf '%s\n' "$name${*:+ $*}" >>"$ROOT/calls"

fails() {
    [ -r "$ROOT/fail/$1" ] || return 1
    read -r left <"$ROOT/fail/$1"
    [ "$left" -gt 0 ] || return 1
    echo "$((left - 1))" >"$ROOT/fail/$1"
}

minor_of() {
    case $1 in data) echo 0 ;; *) echo 1 ;; esac
}

set_role() {
    sed -i "s/^\( $(minor_of "$1"): cs:[A-Za-z]* ro:\)[A-Za-z]*/\1$2/" "$ROOT/proc/drbd"
}

case $name in
drbdadm)
    fails "drbdadm-$1" && exit 11
    case $1 in
    primary) set_role "$2" Primary ;;
    secondary) set_role "$2" Secondary ;;
    get-gi) cat "$ROOT/gi" ;;
    cstate | role | dstate) cat "$ROOT/drbd9/$1" ;;
    esac
    ;;
drbdsetup)
    [ -e "$ROOT/after-wait" ] || exit 5
    cp "$ROOT/after-wait" "$ROOT/proc/drbd"
    ;;
sleep)
    # Nobody sleeps here, but the clock goes on.
    read -r up rest <"$ROOT/proc/uptime"
    echo "$((${up%.*} + 1)).${up#*.} $rest" >"$ROOT/proc/uptime.$$"
    mv "$ROOT/proc/uptime.$$" "$ROOT/proc/uptime"
    [ ! -e "$ROOT/peer-later" ] || mv "$ROOT/peer-later" "$ROOT/peer"
    [ ! -e "$ROOT/drbd-later" ] || mv "$ROOT/drbd-later" "$ROOT/proc/drbd"
    ;;
cl_status)
    fails cl_status && exit 1
    cat "$ROOT/peer"
    ;;
mount)
    case $4 in
    loop*) fails mount-state && exit 32 ;;
    *) fails mount && exit 32 ;;
    esac
    mkdir -p "$6"
    printf '%s %s %s rw 0 0\n' "$5" "$(printf '%s' "$6" | sed 's/ /\\040/g')" "$2" >>"$ROOT/proc/mounts"
    ;;
umount)
    case $1 in
    *.nfsha) fails umount-state && exit 32 ;;
    *) fails umount && exit 32 ;;
    esac
    point=$(printf '%s' "$1" | sed 's/ /\\040/g')
    while read -r line; do
        case $line in *" $point "*) ;; *) printf '%s\n' "$line" ;; esac
    done <"$ROOT/proc/mounts" >"$ROOT/proc/mounts.new"
    mv "$ROOT/proc/mounts.new" "$ROOT/proc/mounts"
    ;;
mke2fs) fails mke2fs && exit 1 ;;
dd)
    fails dd && exit 1
    for word; do
        case $word in of=*) : >"${word#of=}" ;; esac
    done
    ;;
systemctl)
    case $1 in -*) shift ;; esac
    fails "systemctl-$1" && exit 1
    pipe=$ROOT/run/rpc_pipefs/nfsd/cld
    case $1:$* in
    restart:*nfs-server*)
        mkdir -p "$ROOT/sys/fs/cgroup/system.slice/nfs-mountd.service"
        echo 9999999 >"$ROOT/sys/fs/cgroup/system.slice/nfs-mountd.service/cgroup.procs"
        echo '9999999 (rpc.mountd) S 1' >"$ROOT/proc/9999999/stat"
        cp "$ROOT/etab" "$ROOT/var/lib/nfs/etab"
        ;;
    stop:*nfs-server*) echo 0 >"$ROOT/proc/fs/nfsd/threads" ;;
    esac
    case $1:$* in
    restart:*nfsdcld*) fails nfsdcld || [ -p "$pipe" ] || mkfifo "$pipe" ;;
    stop:*nfsdcld*) rm -f "$pipe" ;;
    esac
    case $1:$* in
    restart:*nfs-server*)
        echo 0 >"$ROOT/proc/fs/nfsd/threads"
        if grep -q '^nfsd() ' "$ROOT/nfsha"; then
            "$ROOT/nfsha" m1-m2 nfsd
        else
            echo 16 >"$ROOT/proc/fs/nfsd/threads"
        fi
        ;;
    esac
    ;;
sh)
    case $* in *threads) fails threads && exit 1 ;; esac
    exec /bin/sh "$@"
    ;;
unshare)
    fails rpc.nfsd && exit 1
    echo 16 >"$ROOT/proc/fs/nfsd/threads"
    ;;
rpc.nfsd)
    fails rpc.nfsd && exit 1
    echo "${1:-16}" >"$ROOT/proc/fs/nfsd/threads"
    ;;
nfsdcld)
    [ -p "$ROOT/run/rpc_pipefs/nfsd/cld" ] || mkfifo "$ROOT/run/rpc_pipefs/nfsd/cld"
    ;;
rpcinfo)
    ! fails rpcinfo || exit 1
    ;;
exportfs)
    [ "$1" != -r ] || cp "$ROOT/etab" "$ROOT/var/lib/nfs/etab"
    ;;
ip)
    case "$*" in
    '-o -4 address show') cat "$ROOT/addresses" ;;
    'address replace '*) printf '2: %s    inet %s scope global %s\n' "$5" "$3" "$5" >>"$ROOT/addresses" ;;
    'address delete '*) sed -i "\\, inet $3 ,d" "$ROOT/addresses" ;;
    esac
    ;;
ss)
    [ ! -e "$ROOT/connections" ] || cat "$ROOT/connections"
    ;;
tickle_tcp)
    sed 's/^/tickled /' >>"$ROOT/calls"
    ;;
install)
    for directory; do :; done
    mkdir -p "$directory"
    ;;
fuser)
    echo 4711
    ;;
esac
exit 0
