/** The STONITH plugin by which inventories of the lab name its fence device. */
export const labPlugin = 'external/nfshalab'

/** Where cluster-glue finds it (README.external). */
export const labPluginPath = `/usr/lib/stonith/plugins/${labPlugin}`

/** The virtio-serial port of each node that leads to the fencer on the host. */
export const fencePort = 'nfsha.fence'

/**
 * The plugin in the guests: writes `TOKEN ID reset NODE` to its port and waits for `ID ok`. One
 * process may have the port open, hence the lock; answers to those who no longer wait are passed over.
 */
export const labPluginScript = `#!/bin/sh
# Resets machines of the nfsha lab through the host. Parameters: hostlist, token.
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL

ask() {
    exec 9>/run/nfshalab.lock
    timeout -k 5 20 flock 9 || exit 1
    id=$$-$(cut -d ' ' -f 1 /proc/uptime)
    # shellcheck disable=SC2016 # the inner shell expands it
    answer=$(timeout -k 5 20 sh -c '
        exec 3<>/dev/virtio-ports/${fencePort} || exit 1
        printf "%s %s %s %s\\n" "$1" "$2" "$3" "$4" >&3
        while read -r id answer <&3; do
            [ "$id" != "$2" ] || { printf %s "$answer"; exit; }
        done' ask "\${token-}" "$id" "$1" "$2")
    [ "$answer" = ok ] || { echo "the host says: \${answer:-nothing}" >&2; exit 1; }
}

case \${1-} in
reset | off) ask reset "\${2-}" ;;
on) exit 1 ;;
status) for node in \${hostlist-}; do ask status "$node"; done ;;
gethosts) for node in \${hostlist-}; do echo "$node"; done ;;
getconfignames) echo 'hostlist token' ;;
getinfo-devid | getinfo-devname | getinfo-devdescr) echo 'the fence device of the nfsha lab' ;;
getinfo-devurl) echo none ;;
getinfo-xml)
    echo '<parameters><parameter name="hostlist"><content type="string"/></parameter><parameter name="token"><content type="string"/></parameter></parameters>'
    ;;
*) exit 1 ;;
esac
`
