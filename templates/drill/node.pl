# The drill's observer on a node: who holds what, and what kernel and heartbeat say, as it happens.
# Needs perl-base and nothing else. Looks only, starts no process, and touches no file system that
# may hang.
#
#   perl node.pl SECONDS LOG MOUNT... -- MINOR... -- VIP...     until standard input says something or ends
#
# Lines on standard output; MS are milliseconds of CLOCK_MONOTONIC, USEC the kernel log's own:
#   clock MS USEC        both clocks at the same moment, to tie them together
#   state MS PMNV        Primary, mounted, NFS listening, VIP here: capital for all, small for some, - for none
#   drbd MS CS DS ...    connection and disks of each minor, as /proc/drbd has them
#   writes MS frozen|go  whether DRBD holds back writes of any minor: the first flag in /proc/drbd (drbd_proc.c)
#   grace MS Y|N         whether nfsd's grace period is over (while it serves)
#   kernel USEC TEXT     a line of the kernel log about the group, DRBD, nfsd or a disk
#   heartbeat MS TEXT    a line of heartbeat's log, seen at MS
#   tick MS              once a second
use strict;
use warnings;
use Fcntl;
use POSIX ();

my $every_ms = 50;

my %clock_calls = (x86_64 => 228, aarch64 => 113, riscv64 => 113, ppc64le => 246, s390x => 260);
my $clock_call  = $clock_calls{ (POSIX::uname())[4] };

# tell_line LINE: in a frame of the session that runs this, when it gives the frame's first words.
my $frame = $ENV{NFSHA_FRAME};
sub tell_line { print defined $frame ? "$frame $_[0] .\n" : "$_[0]\n" }

sub now {
    if (defined $clock_call) {
        my $time = pack 'q2', 0, 0;
        syscall $clock_call, 1, $time;
        my ($seconds, $nanoseconds) = unpack 'q2', $time;
        return $seconds * 1000 + $nanoseconds / 1e6;
    }
    return (split / /, content('/proc/uptime'))[0] * 1000;
}

sub content {
    open my $file, '<', $_[0] or return '';
    local $/;
    my $text = <$file>;
    return defined $text ? $text : '';
}

sub opened {
    open my $file, '<', $_[0] or return;
    return $file;
}

# drbd_of TEXT MINOR...: connection and disks, own first; `-` for a minor that is not there.
sub drbd_of {
    my ($text, @minors) = @_;
    return join ' ', map { $text =~ /^ *$_: cs:(\S+) .*?ds:(\S+)/m ? ($1, $2) : ('-', '-') } @minors;
}

sub writes_of {
    my ($text, @minors) = @_;
    return (grep { $text =~ /^ *$_: cs:\S+ ro:\S+ ds:\S+ . s/m } @minors) ? 'frozen' : 'go';
}

sub letter {
    my ($letter, $held, $all) = @_;
    return $held == 0 ? '-' : $held == $all ? $letter : lc $letter;
}

sub state_of {
    my ($mounts, $minors, $vips) = @_;
    my ($drbd, $mounted, $addresses) = map { content("/proc/$_") } 'drbd', 'mounts', 'net/fib_trie';
    my $primary = grep { $drbd =~ /^ *$_: .* ro:Primary\//m } @$minors;
    my $mount   = grep { $mounted =~ m{^/dev/drbd\d+ \Q$_\E }m } @$mounts;
    my $vip     = grep { $addresses =~ /\|-- \Q$_\E\n[^|]*host LOCAL/ } @$vips;
    # Port 2049 in state LISTEN (0A). Not /proc/fs/nfsd/threads: reading it waits for a starting nfsd.
    my $nfs = (content('/proc/net/tcp') . content('/proc/net/tcp6')) =~ /:0801 [0-9A-F]+:0000 0A /;
    return letter('P', $primary, @$minors + 0) . letter('M', $mount, @$mounts + 0)
        . ($nfs ? 'N' : '-') . letter('V', $vip, @$vips + 0);
}

# A line of ours in the kernel's log, read back: what its clock said, between two readings of ours.
sub tie_clocks {
    my ($kmsg) = @_;
    my $mark = "nfsha: drill clock $$";
    my $before = now();
    sysopen my $out, '/dev/kmsg', O_WRONLY or return;
    syswrite $out, "<31>$mark\n";
    my $after = now();
    while (sysread($kmsg, my $line, 8192)) {
        my ($usec) = $line =~ /^\d+,\d+,(\d+),.*?;\Q$mark\E/ or next;
        tell_line(sprintf 'clock %.1f %s', ($before + $after) / 2, $usec);
        return;
    }
}

sub new_kernel_lines {
    my ($kmsg) = @_;
    for (;;) {
        my $got = sysread($kmsg, my $line, 8192);
        # EPIPE: lines were overwritten before they were read; the next read goes on after them.
        next if !defined $got && $! == POSIX::EPIPE();
        return unless $got;
        my ($usec, $text) = $line =~ /^\d+,\d+,(\d+),[^;]*;([^\n]*)/ or next;
        next unless $text =~ /nfsha|drbd|nfsd|lockd|I\/O error|EXT4|XFS/i;
        tell_line("kernel $usec $text");
    }
}

my $seconds = shift @ARGV;
my $log     = shift @ARGV;
my @lists   = ([]);
for (@ARGV) { $_ eq '--' ? push @lists, [] : push @{ $lists[-1] }, $_ }

$| = 1;
sysopen my $kmsg, '/dev/kmsg', O_RDONLY | O_NONBLOCK or die "/dev/kmsg: $!\n";
sysseek $kmsg, 0, 2;
tie_clocks($kmsg);
my $heartbeat = opened($log);
seek $heartbeat, 0, 2 if $heartbeat;
my ($state, $drbd, $writes, $grace) = ('', '', 'go', '');
my ($ticked, $until) = (0, now() + $seconds * 1000);
while ((my $now = now()) < $until) {
    new_kernel_lines($kmsg);
    my $is = state_of(@lists);
    tell_line(sprintf 'state %.1f %s', $now, $state = $is) if $is ne $state;
    my $volumes   = content('/proc/drbd');
    my $connected = drbd_of($volumes, @{ $lists[1] });
    tell_line(sprintf 'drbd %.1f %s', $now, $drbd = $connected) if $connected ne $drbd;
    my $go = writes_of($volumes, @{ $lists[1] });
    tell_line(sprintf 'writes %.1f %s', $now, $writes = $go) if $go ne $writes;
    if ($is =~ /N/) {
        my $ended = substr content('/proc/fs/nfsd/v4_end_grace'), 0, 1;
        tell_line(sprintf 'grace %.1f %s', $now, $grace = $ended) if $ended ne '' && $ended ne $grace;
    }
    $heartbeat ||= opened($log);
    if ($heartbeat) {
        seek $heartbeat, 0, 1;
        while (my $line = <$heartbeat>) { chomp $line; tell_line(sprintf 'heartbeat %.1f %s', $now, $line) }
    }
    if ($now - $ticked >= 1000) { tell_line(sprintf 'tick %.1f', $now); $ticked = $now }
    my $bits = '';
    vec($bits, 0, 1) = 1;
    last if select($bits, undef, undef, $every_ms / 1000) > 0;
}
