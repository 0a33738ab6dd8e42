// The sampler in Perl with Time::HiRes: the same lines as the awk one, with CLOCK_MONOTONIC to the nanosecond and at half
// the cost. Time::HiRes is in `perl`, not in Debian's `perl-base`. No single quotes in here: see awk-program.ts.

import { idFiles } from '../facts/card-script.ts';

/** Arguments set by the caller: root, netns, bits, the error files, the RDMA ports, ethtool and the models of the cards, as in awk. */
export const perlProgram = String.raw`
use strict;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
my ($root, $netns, $bits, $errors, $ports, $ethtool, $models) = @ARGV;
my %model = map { /^(.*?)=(.*)$/ ? ($1 => $2) : () } split " ", $models;
my @errors = split " ", $errors;
my @ports = map { [split m{/}] } split " ", $ports;
my ($proc, $net) = ("$root/proc", "$root/sys/class/net");
my (%open, %columns, %known, @present, @names, @row, @declared, %asked);
my ($text, $out, $dev_header, @dev_at) = ("", "", "");
my $wanted = qr/pause|xoff|crc|fcs|symbol|missed|no_buffer|no_dma|out_of_buffer|discard|timeout|fifo|tx_errors_phy/;
my ($next_slot, $ticks, $answered, $reviewed) = (0, 0, 0, 0);

# Files of /proc stay open and are read again from their start, as far as they are wanted, always into $text: at each tick little
# is allocated, and little code is run, which the node does not have in its caches after a second.
sub again {
  my ($path, $size) = @_;
  my $file = $open{$path};
  if (!defined $file) {
    open $file, "<:unix", $path or $file = 0;
    $open{$path} = $file;
  }
  return if $file && sysseek($file, 0, 0) && sysread($file, $text, $size);
  delete $open{$path} if $file;
  $text = "";
}
# Those of many rows come in parts.
sub all_again {
  my ($path) = @_;
  again($path, 8192);
  return if $text eq "";
  1 while sysread $open{$path}, $text, 8192, length $text;
}
sub once {
  my ($path) = @_;
  open(my $file, "<:unix", $path) or return undef;
  my $got = sysread($file, my $text, 4096);
  return defined $got ? $text : "";
}
sub first {
  my $text = once($_[0]);
  return "" if !defined $text;
  $text =~ s/\n.*//s;
  return $text;
}
sub count { return number(first($_[0])) }
sub number { return $_[0] =~ /^([0-9]+)\n?$/ ? $1 : "-" }
sub fact {
  my ($key, $value) = @_;
  $value =~ s/[ \t]+/_/g;
  return $value eq "" ? "" : " $key=$value";
}
sub uevent {
  my ($path, $key) = @_;
  my $text = once($path);
  return defined $text && $text =~ /^$key=(.*)$/m ? $1 : "";
}
sub is_there { return defined once($_[0]) ? "1" : "" }
sub has_text { return first($_[0]) eq "" ? "" : "1" }
# What can change while an interface is the same one; carrier_changes tells of most of it.
sub standing {
  my ($folder) = @_;
  return fact("mtu", first("$folder/mtu")) . fact("state", first("$folder/operstate"))
    . fact("carrier", first("$folder/carrier")) . fact("speed", first("$folder/speed"))
    . fact("duplex", first("$folder/duplex")) . fact("master", first("$folder/master/ifindex"));
}
# By the pci.ids of the node (https://pci-ids.ucw.cz): a vendor begins its line, its devices follow behind a tab.
sub name_models {
  my ($path) = grep { -r } map { "$root$_" } qw(${idFiles});
  return if !%model || !defined $path;
  open(my $file, "<", $path) or return;
  my $ids = do { local $/; <$file> };
  for (values %model) {
    my ($vendor, $device) = split /:/;
    my $start = index $ids, "\n$vendor  ";
    next if $start < 0;
    my $end = index $ids, "\n", $start + 1;
    pos($ids) = $end;
    my $next = $ids =~ /\n[0-9a-f]/g ? $-[0] : length $ids;
    my $found = index $ids, "\n\t$device  ", $end;
    my $name = $found < 0 || $found >= $next ? $device : substr $ids, $found + 8, index($ids, "\n", $found + 1) - $found - 8;
    $_ = substr($ids, $start + 7, $end - $start - 7) . " $name";
  }
}
sub nature {
  my ($folder, $name) = @_;
  return fact("iflink", first("$folder/iflink")) . fact("type", first("$folder/type"))
    . fact("devtype", uevent("$folder/uevent", "DEVTYPE")) . fact("device", is_there("$folder/device/uevent"))
    . fact("driver", uevent("$folder/device/uevent", "DRIVER")) . fact("vf", is_there("$folder/device/physfn/uevent"))
    . fact("bond", has_text("$folder/bonding/mode")) . fact("bridge", has_text("$folder/bridge/bridge_id"))
    . fact("tun", has_text("$folder/tun_flags")) . fact("card", defined $model{$name} ? $model{$name} : "");
}
sub describe {
  my ($it) = @_;
  my $standing = standing($it->{folder});
  return if defined $it->{standing} && $it->{standing} eq $standing;
  $it->{standing} = $standing;
  $it->{line} = " $it->{name} ifindex=" . number($it->{index}) . nature($it->{folder}, $it->{name}) . $standing;
  $out .= "I $it->{slot}$it->{line}\n";
}
sub declare_ports {
  for my $i (0 .. $#ports) {
    my ($device, $port) = @{$ports[$i]};
    my $path = "$root/sys/class/infiniband/$device/ports/$port";
    my $line = " $device $port" . fact("driver", uevent("$root/sys/class/infiniband/$device/device/uevent", "DRIVER"))
      . fact("state", first("$path/state")) . fact("physical", first("$path/phys_state"))
      . fact("rate", first("$path/rate")) . fact("layer", first("$path/link_layer"));
    next if defined $declared[$i] && $declared[$i] eq $line;
    $declared[$i] = $line;
    $out .= "R $i$line\n";
  }
}
sub port_counters {
  my ($slow) = @_;
  my $text = "";
  for my $i (0 .. $#ports) {
    my $path = "$root/sys/class/infiniband/$ports[$i][0]/ports/$ports[$i][1]";
    $text .= " r$i:" . join ",", map { count("$path/counters/port_$_") } qw(rcv_data rcv_packets xmit_data xmit_packets);
    $text .= " e$i:" . join ",", map { count("$path/$_") } @errors if $slow;
  }
  return $text;
}
# A header says which column is which: a column that is not there is empty, which is unknown.
sub places {
  my ($header, @wanted) = @_;
  my @names = split " ", $header;
  my %at;
  $at{$names[$_]} = $_ for reverse 0 .. $#names;
  return map { defined $at{$_} ? $at{$_} : 999 } @wanted;
}
# The header is the same at each tick: it is made part of a pattern that finds the values.
sub paired {
  my ($path, $label, $letter, @wanted) = @_;
  again($path, 16384);
  my ($pattern, $order) = @{$columns{$label} || []};
  my @found = $pattern ? $text =~ $pattern : ();
  if (!@found) {
    my ($header) = $text =~ /^$label: (.*)\n$label: /m or return "";
    my @places = places($header, @wanted);
    my ($at, @taken) = (0, sort { $a <=> $b } grep { $_ < 999 } @places);
    my $values = join "", map { my $skipped = $_ - $at; $at = $_ + 1; "(?: +\\S+){$skipped} +(\\S+)" } @taken;
    $pattern = qr/^$label: \Q$header\E\n$label:$values/m;
    my %rank = map { $taken[$_] => $_ } 0 .. $#taken;
    $order = [map { defined $rank{$_} ? $rank{$_} : 999 } @places];
    $columns{$label} = [$pattern, $order];
    @found = $text =~ $pattern;
  }
  return " $letter" . join ",", @found[@$order];
}
# The rows of /proc/net/dev; true where their names are those of the last time, in the same order.
sub rows {
  all_again("$proc/net/dev");
  if (substr($text, 0, length $dev_header) ne $dev_header || $dev_header eq "") {
    ($dev_header) = $text =~ /^([^\n]*\n[^\n]*\n)/ ? $1 : "";
    my (undef, $rx, $tx) = split /\|/, $dev_header =~ /\n(.*)/ ? $1 : "";
    my @wanted = qw(bytes packets errs drop);
    my $width = () = split " ", defined $rx ? $rx : "", -1;
    @dev_at = (places(defined $rx ? $rx : "", @wanted), map { $_ + $width } places(defined $tx ? $tx : "", @wanted));
  }
  my ($count, $same) = (0, 1);
  while ($text =~ /^ *(\S+):(.*)/mg) {
    $same = 0 if $count > $#names || $names[$count] ne $1;
    $names[$count] = $1;
    $row[$count++] = join ",", (split " ", $2)[@dev_at];
  }
  return 1 if $same && $count == @names;
  $#names = $count - 1;
  return 0;
}
# An interface is the same one as long as its open file can be read: that of one which is gone cannot (ENODEV), also where another
# took its name. Its index and facts are looked at again when that fails, or tells of a change of the carrier.
sub settled {
  my $settled = 1;
  for my $it (@present) {
    next if told($it->{file}) eq $it->{told};
    look($it);
    $settled = 0;
  }
  return $settled;
}
sub told {
  my ($file) = @_;
  return $file && sysseek($file, 0, 0) && sysread($file, $text, 64) ? $text : "";
}
sub look {
  my ($it) = @_;
  undef $it->{file};
  my $flaps = open $it->{file}, "<:unix", "$it->{folder}/carrier_changes";
  # Not before Linux 3.15.
  $flaps or open $it->{file}, "<:unix", "$it->{folder}/ifindex" or undef $it->{file};
  $it->{told} = told($it->{file});
  $it->{flaps} = $flaps ? number($it->{told}) : "-";
  my $index = count("$it->{folder}/ifindex");
  if (!defined $it->{index} || $it->{index} ne $index) {
    forget($it);
    $known{$it->{name}} = $it;
    @$it{qw(slot index)} = ($next_slot++, $index);
  }
  describe($it);
}
sub forget {
  my ($it) = @_;
  $out .= "G $it->{slot}\n" if defined $it->{slot};
  delete $it->{standing};
  delete $known{$it->{name}};
}
# One that was renamed would be read under its old name, so all are opened anew when the names or their order change.
sub meet {
  my %there = map { $_ => 1 } @names;
  forget($known{$_}) for grep { !$there{$_} } keys %known;
  @present = map { $known{$_} || { name => $_, folder => "$net/$_" } } @names;
  look($_) for @present;
}
sub interfaces {
  my ($now, $sure);
  for (1 .. 4) {
    $now = clock_gettime(CLOCK_MONOTONIC);
    if (rows()) { last if $sure = settled() } else { meet() }
  }
  # One in turn is looked at again now and then: a master or an MTU changes without a carrier change.
  describe($present[$reviewed++ % @present]) if $answered % 10 == 0 && @present;
  my $counters = "";
  for my $at (0 .. $#present) {
    my $it = $present[$at];
    # Where they come and go faster than they are read, no row can be said to be of one or the other.
    $counters .= $sure ? " n$it->{slot}:$row[$at],$it->{flaps}" : " n$it->{slot}:";
  }
  return (sprintf("%.0f", $now * 1e9), $counters);
}
sub processor {
  my ($slow) = @_;
  again("$proc/stat", $slow ? 65536 : 256);
  my $times = $text =~ /^cpu +([0-9]+(?: [0-9]+){0,7})/ ? $1 : "-";
  my $told = $times =~ tr/ /,/;
  $times .= ",-" x (7 - $told) if $told < 7;
  return " c$times" . ($slow && $text =~ /^btime (.*)$/m ? " b$1" : "");
}
sub memory {
  again("$proc/meminfo", 256);
  return " m$1,$2,$3" if $text =~ /^MemTotal: *([0-9]+).*\nMemFree: *([0-9]+).*\nMemAvailable: *([0-9]+)/;
  return " m" . join ",", map { $text =~ /^$_: *([0-9]+)/m ? $1 : "-" } qw(MemTotal MemFree MemAvailable);
}
sub softnet {
  all_again("$proc/net/softnet_stat");
  my ($count, $dropped, $squeezed) = (0, 0, 0);
  while ($text =~ /^[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+)/mg) {
    $count++;
    $dropped += hex $1;
    $squeezed += hex $2;
  }
  return $count ? sprintf(" d%.0f,%.0f", $dropped, $squeezed) : "";
}
sub conntrack {
  my ($entries, $most) = map { again("$proc/sys/net/netfilter/nf_conntrack_$_", 64); number($text) } qw(count max);
  return $entries eq "-" ? "" : " k$entries,$most";
}
# A call of ethtool takes a lock of the kernel and asks the card: one card a slow tick, each twice a minute at most.
sub cards {
  my ($now) = @_;
  return "" if $ethtool eq "";
  for my $it (@present) {
    my $name = $it->{name};
    next if $name !~ /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/ || $it->{line} !~ / device=1/;
    next if defined $asked{$name} && $now - $asked{$name} < 30e9;
    $asked{$name} = $now;
    my @told;
    for (split /\n/, scalar qx($ethtool -S $name 2>/dev/null </dev/null)) {
my ($key, $value) = /^\s*([A-Za-z0-9_.]+):\s*([0-9]+)\s*$/ or next;
      push @told, "$key=$value" if $key =~ $wanted;
    }
    return @told ? " h$it->{slot}:" . join ",", @told : "";
  }
  return "";
}
sub virtual_server {
  again("$proc/net/ip_vs_stats", 4096);
  my (undef, undef, $line) = split /\n/, $text;
  return defined $line ? " v" . join ",", (split " ", $line)[0 .. 4] : "";
}
sub say_all {
  my ($text) = @_;
  while (length $text) {
    my $sent = syswrite STDOUT, $text;
    exit 0 if !defined $sent;
    substr($text, 0, $sent) = "";
  }
}

say_all("heorot-netmon 1 sampler=perl boot=" . first("$proc/sys/kernel/random/boot_id") . " netns=$netns clock=hires bits=$bits\n");
name_models();
# Ticks that queued up while the node stood still are one sample: their count says so.
while (sysread(STDIN, my $tick, 4096)) {
  $ticks += length $tick;
  my $slow = $answered++ % 5 == 0;
  # What was not there is looked for again once a minute: a module may be loaded.
  delete @open{grep { !$open{$_} } keys %open} if $answered % 60 == 0;
  $out = "";
  declare_ports() if $slow;
  my ($now, $counters) = interfaces();
  my $sample = "S $ticks $now";
  again("$proc/uptime", 64);
  $sample .= " u$1" if $text =~ /^([0-9.]+)/;
  again("$proc/loadavg", 64);
  $sample .= " l$1,$2,$3" if $text =~ /^(\S+) (\S+) (\S+)/;
  $sample .= processor($slow) . memory() . paired("$proc/net/snmp", "Tcp", "t", qw(InSegs OutSegs RetransSegs InErrs));
  if ($slow) {
    $sample .= paired("$proc/net/netstat", "TcpExt", "x", qw(ListenOverflows ListenDrops TCPTimeouts TCPSynRetrans TCPBacklogDrop));
    $sample .= softnet() . conntrack() . cards($now);
  }
  say_all($out . $sample . virtual_server() . port_counters($slow) . $counters . "\n");
}
`;
