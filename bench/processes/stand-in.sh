# Stands in for every command of a serving node that this machine has not, or that would tell of this machine.
# None starts a process of its own.
name=${0##*/}
case "$name $*" in
'systemctl is-active'*) exit 0 ;;
'systemctl show'*'-p Id,'*) exit 0 ;;
'systemctl show'*)
    while [ "$1" != -- ]; do shift; done
    shift
    for unit; do
        printf '%s\n' LoadState=loaded UnitFileState=enabled ActiveState=active NeedDaemonReload=no DropInPaths= ''
    done ;;
'ip -o -4 addr'*) printf '%s\n' '2: em1    inet 192.168.0.210/24 brd 192.168.0.255 scope global em1' '2: em1    inet 192.168.0.219/24 scope global secondary em1' ;;
'ip -j addr show') echo '[{"ifname":"em1","flags":["UP","LOWER_UP"],"mtu":1500,"addr_info":[]}]' ;;
'ip -j -4 route show'*) echo '[]' ;;
'ip -j -4 route get'*) echo '[{"dev":"em1","prefsrc":"192.168.0.210"}]' ;;
'drbdsetup show'*) printf '%s\n' 'resource data {' '    _this_host {' '        volume 0 {' '            device minor 0;' '        }' '    }' '}' ;;
'drbdsetup get-gi'* | 'drbdmeta '*) echo 'A1B2C3D4E5F60718:0000000000000000:0000000000000000:0000000000000000:1:1:0:1:0:0:0' ;;
'drbdadm role'*) echo Primary/Secondary ;;
'drbdadm cstate'*) echo Connected ;;
'wipefs -n -J'*) printf '%s\n' '{"signatures": [{"device":"vdb","offset":"0x1ffffff4","type":"drbd","uuid":"1","label":null}]}' ;;
'wipefs '*) echo 'drbd 1' ;;
'dpkg-query -W -f=${db:Status-Status} '*) echo installed ;;
'dpkg-query '*'db:Status-Status'*)
    for word; do case $word in -*) ;; *) printf '%s installed\n' "$word" ;; esac; done ;;
'cl_status hbstatus') echo 'Heartbeat is running' ;;
'cl_status rscstatus') echo all ;;
'cl_status listnodes') printf '%s\n' 192.168.0.1 m2 m1 ;;
'cl_status nodetype 192.168.0.1') echo ping ;;
'cl_status nodetype'*) echo normal ;;
'cl_status nodestatus 192.168.0.1') echo ping ;;
'cl_status nodestatus'*) echo active ;;
'cl_status listhblinks m2') printf '\t%s\n' em1 em2 em3 ;;
'cl_status listhblinks 192.168.0.1') printf '\t%s\n' 192.168.0.1 ;;
'cl_status hblinkstatus'*) echo up ;;
'exportfs -s') echo '/srv/nfsha/data  192.168.0.0/24(sync,wdelay,hide,fsid=1,sec=sys,rw,secure,root_squash,no_all_squash)' ;;
'ss -Hltnp') printf '%s\n' 'LISTEN 0 64 0.0.0.0:2049 0.0.0.0:*' 'LISTEN 0 64 0.0.0.0:892 0.0.0.0:* users:(("rpc.mountd",pid=800,fd=4))' ;;
'dmesg'*) printf '%s\n' '[   10.000000] nfsha: lab start promote 120 ms' '[   11.000000] nfsha: lab start total 900 ms' ;;
'chronyc -N -c sources') echo '^,*,192.168.0.1,3,6,377,1,0,0,0' ;;
'chronyc -c tracking') echo '1,2,3,Normal' ;;
'nft -j list ruleset') echo '{"nftables": []}' ;;
'nfsconf --file'*) exit 0 ;;
'ping -V') echo 'ping from iputils' ;;
'ping '* | 'arping '*) exit 0 ;;
esac
exit 0
