# The drill's workload on a client. Needs perl-base and nothing else: no Time::HiRes, no Digest.
#
#   perl client.pl work STATE SECONDS VIP SEED [--yardstick] VERSION=DIRECTORY...
#                                            until standard input says something or ends
#   perl client.pl verify STATE SEED VERSION=DIRECTORY...             afterwards, over a fresh mount
#
# `work` says `started` when all is in motion, `acked VERSION N MS` as appends are acknowledged, `prober …`
# as STATE/prober grows, and `ended`. It runs each kind of operation in a process of its own, so that one which stalls hides no
# other. Each writes STATE/VERSION.KIND (a tmpfs, so that logging never waits): `b N MS` when operation
# N begins, `e N MS ok` or `e N MS ERROR` when it ends; STATE/prober has what the VIP answered.
# Milliseconds are of CLOCK_MONOTONIC.
use strict;
use warnings;
use Errno qw(EINPROGRESS ENOENT);
use Fcntl qw(:DEFAULT :seek F_SETFL F_SETLK F_WRLCK);
use IO::Handle;
use POSIX ();
use Socket;

my $record_bytes = 64;
my $block_bytes  = 65536;
my $blocks       = 8;
# Made on the server before (src/drill/workload.ts), for five minutes.
my $files_to_unlink = 1200;
my $megabyte     = "\0" x 1048576;

# clock_gettime's number by machine (linux, asm/unistd.h); elsewhere /proc/uptime, to 10 ms.
my %clock_calls = (x86_64 => 228, aarch64 => 113, riscv64 => 113, ppc64le => 246, s390x => 260);
my $clock_call  = $clock_calls{ (POSIX::uname())[4] };
my $stop        = 0;

# tell LINE: in a frame of the session that runs this, when it gives the frame's first words.
my $frame = $ENV{NFSHA_FRAME};
sub tell_line { print defined $frame ? "$frame $_[0] .\n" : "$_[0]\n" }

sub now {
    if (defined $clock_call) {
        my $time = pack 'q2', 0, 0;
        syscall $clock_call, 1, $time;
        my ($seconds, $nanoseconds) = unpack 'q2', $time;
        return $seconds * 1000 + $nanoseconds / 1e6;
    }
    open my $uptime, '<', '/proc/uptime' or die "/proc/uptime: $!\n";
    my ($seconds) = split / /, <$uptime>;
    return $seconds * 1000;
}

sub pause {
    my ($ms) = @_;
    select undef, undef, undef, $ms / 1000 if $ms > 0 && !$stop;
}

# record N: what the N-th record must be, to the byte; number, checksum and a body that both and the
# drill's seed determine.
sub record {
    my ($seed, $number) = @_;
    my $state = ($seed + $number * 2654435761) & 0xffffffff;
    my $body  = '';
    while (length $body < 40) {
        $state = ($state * 1664525 + 1013904223) & 0xffffffff;
        $body .= sprintf '%08x', $state;
    }
    my $sum = unpack '%32N*', sprintf '%08d%s', $number, $body;
    return sprintf "%010d %08x %s...\n", $number, $sum, $body;
}

# block N: what a block of the file to be read holds. Made once: made for each read, they took a third of an
# emulated client's processor, and what was measured was the measuring.
my @made_blocks;

sub block {
    my ($seed, $number) = @_;
    return $made_blocks[$number] ||= join '',
        map { record($seed, $number * $block_bytes / $record_bytes + $_) } 0 .. $block_bytes / $record_bytes - 1;
}

# worker LOG PERIOD OPERATION [TIMES]: does it again and again, beginning one every PERIOD ms.
sub worker {
    my ($log, $period, $operation, $times) = @_;
    sysopen my $out, $log, O_WRONLY | O_CREAT | O_APPEND or die "$log: $!\n";
    for (my $number = 0 ; !$stop && (!defined $times || $number < $times) ; $number++) {
        my $began = now();
        syswrite $out, sprintf "b %d %.1f\n", $number, $began;
        my $error = $operation->($number);
        my $ended = now();
        syswrite $out, sprintf "e %d %.1f %s\n", $number, $ended, defined $error ? $error : 'ok';
        pause($period - ($ended - $began));
    }
}

sub whole_write {
    my ($file, $text) = @_;
    my $written = syswrite $file, $text;
    return "write: $!" unless defined $written && $written == length $text;
    return IO::Handle::sync($file) ? undef : "fsync: $!";
}

# A call that the server did, whose answer got lost with it, is sent again and finds its work done.
sub done_already { return $! == ENOENT && !-e $_[0] }

sub operations {
    my ($directory, $seed) = @_;
    my $renamed = 0;
    return (
        append => [ 50, sub {
            my ($number, $file) = ($_[0], file_of("$directory/append", O_WRONLY | O_CREAT | O_APPEND));
            return $file ? whole_write($file, record($seed, $number)) : "open: $!";
        } ],
        create => [ 250, sub {
            sysopen my $file, "$directory/create/$_[0]", O_WRONLY | O_CREAT or return "create: $!";
            return close $file ? undef : "close: $!";
        } ],
        rename => [ 250, sub {
            my ($from, $to) = map { "$directory/rename.$_" } $renamed, $renamed + 1;
            return "rename: $!" unless rename($from, $to) || (done_already($from) && -e $to);
            $renamed++;
            return;
        } ],
        unlink => [ 250, sub {
            my $name = "$directory/unlink/$_[0]";
            return unlink($name) || done_already($name) ? undef : "unlink: $!";
        }, $files_to_unlink ],
        read => [ 250, sub {
            my $number = $_[0] % $blocks;
            # O_DIRECT: from the server, not from this client's memory.
            my $file = file_of("$directory/read", O_RDONLY | O_DIRECT) or return "open: $!";
            sysseek $file, $number * $block_bytes, SEEK_SET;
            my $got = sysread($file, my $text, $block_bytes);
            return "read: $!" unless defined $got;
            return $text eq block($seed, $number) ? undef : 'read: other bytes than were written';
        } ],
        # The loop of article 001, for comparison: dd of 10 MB to a new file, then stat.
        yardstick => [ 1000, sub {
            my $number = $_[0];
            my $name   = "$directory/yardstick.$number";
            sysopen my $file, $name, O_WRONLY | O_CREAT | O_TRUNC or return "dd: $!";
            for (1 .. 10) { defined syswrite $file, $megabyte or return "dd: $!" }
            close $file or return "dd: $!";
            return "stat: $!" unless stat $name;
            unlink "$directory/yardstick." . ($number - 2);
            return;
        } ],
        lock => [ 250, sub {
            my ($number, $file) = ($_[0], locked("$directory/lock"));
            return ref $file ? whole_write($file, record($seed, $number)) : $file;
        } ],
    );
}

# The files that stay open, by path.
my %open_files;

sub file_of {
    my ($path, $flags) = @_;
    return $open_files{$path} if $open_files{$path};
    sysopen my $file, $path, $flags or return;
    return $open_files{$path} = $file;
}

# struct flock of 64-bit Linux: l_type, l_whence, l_start, l_len, l_pid. The lock is taken once, and
# never again: it is to be seen whether it lasts.
sub locked {
    my ($path) = @_;
    return $open_files{$path} if $open_files{$path};
    my $file = file_of($path, O_WRONLY | O_CREAT | O_APPEND) or return "open: $!";
    my $wanted = pack 's s x4 q q i x4', F_WRLCK, SEEK_SET, 0, 0, 0;
    return $file if fcntl $file, F_SETLK, $wanted;
    my $error = "lock: $!";
    delete $open_files{$path};
    return $error;
}

# The file to read. The directories and the files to rename and to unlink are made on the server, where
# a thousand files are a matter of a second.
sub prepare {
    my ($directory, $seed) = @_;
    sysopen my $file, "$directory/read", O_WRONLY | O_CREAT or die "$directory/read: $!\n";
    for my $number (0 .. $blocks - 1) { syswrite $file, block($seed, $number) }
    IO::Handle::sync($file) or die "$directory/read: $!\n";
}

# prober LOG ADDRESS: every 50 ms the NFS server's NULL procedure (RFC 7530, 15.1; RFC 1813, 3.3.0),
# on a connection that is kept as long as it answers. Logs `up MS` and `down MS` as that changes, with
# the time of the answer, and `mac MS ADDRESS` when the VIP's neighbour entry does.
sub prober {
    my ($log, $address) = @_;
    sysopen my $out, $log, O_WRONLY | O_CREAT | O_APPEND or die "$log: $!\n";
    my ($socket, $is_up, $answered, $mac) = (undef, 0, now(), '');
    until ($stop) {
        my $began = now();
        $socket ||= connected($address, 150);
        if ($socket && answers($socket, $is_up ? 1000 : 150)) {
            $answered = now();
            syswrite $out, sprintf "up %.1f\n", $answered unless $is_up;
            $is_up = 1;
        } else {
            close $socket if $socket;
            undef $socket;
            syswrite $out, sprintf "down %.1f\n", $answered if $is_up;
            $is_up = 0;
        }
        my $seen = neighbour($address);
        syswrite $out, sprintf "mac %.1f %s\n", now(), $seen if $seen ne $mac;
        $mac = $seen;
        pause(50 - (now() - $began));
    }
}

sub ready {
    my ($socket, $for, $ms) = @_;
    vec((my $bits = ''), fileno $socket, 1) = 1;
    my ($in, $out) = $for eq 'read' ? ($bits, undef) : (undef, $bits);
    return select($in, $out, undef, $ms / 1000) > 0;
}

sub connected {
    my ($address, $ms) = @_;
    socket my $socket, PF_INET, SOCK_STREAM, 0 or return;
    fcntl $socket, F_SETFL, O_NONBLOCK;
    connect $socket, sockaddr_in(2049, inet_aton($address)) or $! == EINPROGRESS or return;
    return unless ready($socket, 'write', $ms);
    return unpack('i', getsockopt $socket, SOL_SOCKET, SO_ERROR) == 0 ? $socket : undef;
}

sub answers {
    my ($socket, $ms) = @_;
    # Record mark, then xid, CALL, RPC 2, program 100003, version 4, procedure 0, and two AUTH_NONE.
    my $call = pack 'N*', 0x80000028, 1, 0, 2, 100003, 4, 0, 0, 0, 0, 0;
    local $SIG{PIPE} = 'IGNORE';
    return 0 unless defined syswrite $socket, $call;
    return 0 unless ready($socket, 'read', $ms);
    return sysread($socket, my $answer, 4096) ? 1 : 0;
}

sub opened {
    open my $file, '<', $_[0] or return;
    return $file;
}

sub neighbour {
    my ($address) = @_;
    my $table = opened('/proc/net/arp') or return '';
    while (<$table>) {
        my ($ip, undef, $flags, $mac) = split;
        return $mac if $ip eq $address && $flags ne '0x0';
    }
    return '';
}

# tell_news STATE LOGS: what these logs have that was not told yet.
sub tell_news {
    my ($state, $logs) = @_;
    for my $name (sort keys %$logs) {
        $logs->{$name} ||= opened("$state/$name") or next;
        seek $logs->{$name}, 0, SEEK_CUR;
        my @lines = readline $logs->{$name};
        my ($version) = $name =~ /^(.*)\.append$/;
        if (!defined $version) { chomp, tell_line("prober $_") for @lines }
        else {
            my ($last) = grep { / ok$/ } reverse @lines;
            tell_line("acked $version $1 $2") if defined $last && $last =~ /^e (\S+) (\S+)/;
        }
    }
}

sub work {
    my ($state, $limit, $vip, $seed, @mounts) = @_;
    my $has_yardstick = @mounts && $mounts[0] eq '--yardstick' && shift @mounts;
    my %directories = map { split /=/, $_, 2 } @mounts;
    my @children;
    $SIG{TERM} = $SIG{INT} = sub { $stop = 1 };
    my $start = sub {
        my ($body) = @_;
        my $child = fork;
        die "fork: $!\n" unless defined $child;
        if ($child == 0) {
            # A worker that nobody ends ends itself; SIGALRM kills.
            alarm $limit + 60;
            $body->();
            POSIX::_exit(0);
        }
        push @children, $child;
    };
    $| = 1;
    while (my ($version, $directory) = each %directories) {
        prepare($directory, $seed);
        my %operations = operations($directory, $seed);
        delete $operations{yardstick} unless $has_yardstick;
        for my $kind (sort keys %operations) {
            my @work = @{ $operations{$kind} };
            $start->(sub { worker("$state/$version.$kind", @work) });
        }
    }
    $start->(sub { prober("$state/prober", $vip) });
    tell_line("started");
    my %logs  = map { $_ => undef } 'prober', map { "$_.append" } keys %directories;
    my $until = now() + $limit * 1000;
    # Whoever asked for this says when it is enough, or is gone: then it is enough as well.
    until (ready(*STDIN, 'read', 200) || now() > $until) { tell_news($state, \%logs) }
    kill TERM => @children;
    my $deadline = now() + 5000;
    while (@children && now() < $deadline) {
        @children = grep { waitpid($_, POSIX::WNOHANG()) == 0 } @children;
        pause(50);
    }
    # Stuck in the server: SIGKILL ends an NFS wait.
    kill KILL => @children;
    waitpid $_, 0 for @children;
    tell_line("ended");
}

# acknowledged LOG: the numbers of the operations that succeeded.
sub acknowledged {
    my ($log) = @_;
    my $in = opened($log) or return;
    return map { /^e (\d+) \S+ ok$/ ? $1 : () } <$in>;
}

# verify_records: each acknowledged record must be in the file once, to the byte.
sub verify_records {
    my ($path, $seed, @wanted) = @_;
    my (%found, $corrupt);
    if (my $in = opened($path)) {
        while (read($in, my $slot, $record_bytes)) {
            next if $slot =~ /^\0+$/;    # a hole: what was there is counted as lost
            my ($number) = $slot =~ /^(\d{10}) /;
            if (defined $number && $slot eq record($seed, $number)) { $found{ $number + 0 }++ }
            else                                                    { $corrupt++ }
        }
    }
    my @lost = grep { !$found{$_} } @wanted;
    return ([@lost], $corrupt || 0, scalar grep { $_ > 1 } values %found);
}

sub verify {
    my ($state, $seed, @mounts) = @_;
    for (@mounts) {
        my ($version, $directory) = split /=/, $_, 2;
        for my $kind (qw(append lock)) {
            my @wanted = acknowledged("$state/$version.$kind");
            my ($lost, $corrupt, $twice) = verify_records("$directory/$kind", $seed, @wanted);
            report($version, $kind, scalar @wanted, $lost, $corrupt, $twice);
        }
        my @created = acknowledged("$state/$version.create");
        report($version, 'create', scalar @created, [ grep { !-e "$directory/create/$_" } @created ], 0, 0);
        my @unlinked = acknowledged("$state/$version.unlink");
        report($version, 'unlink', scalar @unlinked, [ grep { -e "$directory/unlink/$_" } @unlinked ], 0, 0);
        my @renamed = acknowledged("$state/$version.rename");
        my $last    = @renamed;
        # One more may have been done whose answer never came.
        my $is_there = -e "$directory/rename.$last" || -e "$directory/rename." . ($last + 1);
        report($version, 'rename', scalar @renamed, [ $is_there ? () : $last ], 0, 0);
    }
    tell_line("verified");
}

# VERSION KIND ACKNOWLEDGED LOST CORRUPT DUPLICATED FIRST-LOST LAST-LOST
sub report {
    my ($version, $kind, $wanted, $lost, $corrupt, $twice) = @_;
    my ($first, $last) = @$lost ? ($lost->[0], $lost->[-1]) : ('-', '-');
    tell_line(join ' ', $version, $kind, $wanted, scalar @$lost, $corrupt, $twice, $first, $last);
}

my ($mode, @arguments) = @ARGV;
if    ($mode eq 'work')   { work(@arguments) }
elsif ($mode eq 'verify') { verify(@arguments) }
else                      { die "usage: client.pl work|verify ...\n" }
