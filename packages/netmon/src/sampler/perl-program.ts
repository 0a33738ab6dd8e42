// The sampler in Perl with Time::HiRes: the same lines as the awk one, with CLOCK_MONOTONIC to the nanosecond and at half
// the cost. Time::HiRes is in `perl`, not in Debian's `perl-base`. No single quotes in here: see awk-program.ts.

/** Arguments set by the caller: root, netns, bits, the error files, the RDMA ports and ethtool, as in awk. */
export const perlProgram = String.raw`
use strict;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
my ($root, $netns, $bits, $errors, $ports, $ethtool) = @ARGV;
my @errors = split " ", $errors;
my @ports = map { [split m{/}] } split " ", $ports;
my ($proc, $net) = ("$root/proc", "$root/sys/class/net");
my (%open, %columns, %slot, %index_of, %described, %flap, @rows, @declared);
my $names = "";
my (%held, %asked);
my $wanted = qr/pause|xoff|crc|fcs|symbol|missed|no_buffer|no_dma|out_of_buffer|discard|timeout|fifo|tx_errors_phy/;
my ($next_slot, $ticks, $answered, $reviewed, $ipvs_there) = (0, 0, 0, 0, 1);

# Files of /proc stay open and are read again from their start.
sub whole {
  my ($path) = @_;
  if (!$open{$path}) { open($open{$path}, "<", $path) or do { delete $open{$path}; return "" } }
  my $text = "";
  if (!sysseek($open{$path}, 0, 0)) { delete $open{$path}; return "" }
  while (1) {
    my $got = sysread($open{$path}, $text, 65536, length $text);
    if (!defined $got) { delete $open{$path}; return "" }
    last if !$got;
  }
  return $text;
}
sub once {
  my ($path) = @_;
  open(my $file, "<", $path) or return undef;
  my $got = sysread($file, my $text, 4096);
  return defined $got ? $text : "";
}
sub first {
  my $text = once($_[0]);
  return "" if !defined $text;
  $text =~ s/\n.*//s;
  return $text;
}
sub count { my $value = first($_[0]); return $value =~ /^[0-9]+$/ ? $value : "-" }
# Files of interfaces stay open too: one that is gone fails to be read, and is opened anew. One that was renamed would be read
# under its old name, so all are closed when the names or their order change.
sub held {
  my ($path) = @_;
  for (1, 2) {
    $held{$path} or open($held{$path}, "<", $path) or do { delete $held{$path}; return "-" };
    if (sysseek($held{$path}, 0, 0) && sysread($held{$path}, my $text, 64)) { return $text =~ /^([0-9]+)$/ ? $1 : "-" }
    delete $held{$path};
  }
  return "-";
}
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
sub facts {
  my ($name, $ifindex) = @_;
  my $folder = "$net/$name";
  return " $name ifindex=$ifindex"
    . fact("iflink", first("$folder/iflink")) . fact("type", first("$folder/type"))
    . fact("mtu", first("$folder/mtu")) . fact("state", first("$folder/operstate"))
    . fact("carrier", first("$folder/carrier")) . fact("speed", first("$folder/speed"))
    . fact("duplex", first("$folder/duplex")) . fact("devtype", uevent("$folder/uevent", "DEVTYPE"))
    . fact("device", is_there("$folder/device/uevent"))
    . fact("driver", uevent("$folder/device/uevent", "DRIVER"))
    . fact("vf", is_there("$folder/device/physfn/uevent")) . fact("master", first("$folder/master/ifindex"))
    . fact("bond", has_text("$folder/bonding/mode")) . fact("bridge", has_text("$folder/bridge/bridge_id"))
    . fact("tun", has_text("$folder/tun_flags")) . "\n";
}
sub declare_ports {
  my $out = "";
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
  return $out;
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
# A header says which column is which; it is the same at each tick.
sub picked {
  my ($header, $values, @wanted) = @_;
  my $columns = $columns{$header} ||= do {
    my @names = split " ", $header;
    my %at;
    $at{$names[$_]} = $_ for reverse 0 .. $#names;
    [map { $at{$_} } @wanted];
  };
  return join ",", map { defined $_ && defined $values->[$_] ? $values->[$_] : "-" } @$columns;
}
sub paired {
  my ($path, $label, $letter, @wanted) = @_;
  return whole($path) =~ /^$label: (.*)\n$label: (.*)$/m ? " $letter" . picked($1, [split " ", $2], @wanted) : "";
}
sub counters {
  my (undef, $header, @lines) = split /\n/, whole("$proc/net/dev");
  my (undef, $rx, $tx) = split /\|/, defined $header ? $header : "";
  my @wanted = qw(bytes packets errs drop);
  my @rx_names = split " ", defined $rx ? $rx : "";
  my @found;
  for (@lines) {
    next if !/^ *(.*):([^:]*)$/;
    my ($name, $values) = ($1, $2);
    my @values = split " ", $values;
    my @sent = splice @values, @rx_names < @values ? scalar @rx_names : scalar @values;
    push @found, [$name, picked($rx, \@values, @wanted) . "," . picked($tx, \@sent, @wanted)];
  }
  return \@found;
}
sub interfaces {
  my ($slow) = @_;
  my $out = "";
  my ($now, %ifindex, %row, %seen);
  for (1 .. 3) {
    # Read before the counters: see the same place in the awk program.
    %ifindex = map { $_ => held("$net/$_/ifindex") } @rows;
    $now = clock_gettime(CLOCK_MONOTONIC);
    my $rows = counters();
    (%row, %seen) = ();
    @rows = map { $_->[0] } @$rows;
    for (@$rows) { $row{$_->[0]} = $_->[1]; $seen{$_->[0]} = 1 }
    last if "@rows" eq $names;
    # Another name or another order: the indices are read again, and then the counters.
    $names = "@rows";
    %held = ();
  }
  for my $name (@rows) { $ifindex{$name} = held("$net/$name/ifindex") if !defined $ifindex{$name} }
  for my $name (keys %slot) {
    next if $seen{$name} && $index_of{$name} eq $ifindex{$name};
    $out .= "G $slot{$name}\n";
    delete $_->{$name} for \%slot, \%index_of, \%described, \%flap;
  }
  my $review = $slow && @rows ? $rows[$reviewed++ % @rows] : "";
  my $text = "";
  for my $name (@rows) {
    if (!defined $slot{$name}) { $slot{$name} = $next_slot++; $index_of{$name} = $ifindex{$name} }
    my $flaps = held("$net/$name/carrier_changes");
    if (!defined $described{$name} || $flap{$name} ne $flaps || $review eq $name) {
      my $line = facts($name, $ifindex{$name});
      $out .= "I $slot{$name}$line" if !defined $described{$name} || $described{$name} ne $line;
      $described{$name} = $line;
    }
    $flap{$name} = $flaps;
    $text .= " n$slot{$name}:$row{$name},$flaps";
  }
  return ($out, sprintf("%.0f", $now * 1e9), $text);
}
sub processor {
  my ($line) = whole("$proc/stat") =~ /^cpu +(.*)$/m;
  my @part = split " ", defined $line ? $line : "";
  return " c" . join ",", map { defined $part[$_] ? $part[$_] : "-" } 0 .. 7;
}
sub memory {
  my $text = whole("$proc/meminfo");
  return " m" . join ",", map { $text =~ /^$_: *([0-9]+)/m ? $1 : "-" } qw(MemTotal MemFree MemAvailable);
}
sub softnet {
  my @rows = split /\n/, whole("$proc/net/softnet_stat");
  return "" if !@rows;
  my ($dropped, $squeezed) = (0, 0);
  for (@rows) {
    my (undef, $lost, $late) = split " ";
    $dropped += hex $lost;
    $squeezed += hex $late;
  }
  return sprintf " d%.0f,%.0f", $dropped, $squeezed;
}
sub conntrack {
  my $entries = count("$proc/sys/net/netfilter/nf_conntrack_count");
  return $entries eq "-" ? "" : " k$entries," . count("$proc/sys/net/netfilter/nf_conntrack_max");
}
# A call of ethtool takes a lock of the kernel and asks the card: one card a slow tick, each twice a minute at most.
sub cards {
  my ($now) = @_;
  return "" if $ethtool eq "";
  for my $name (@rows) {
    next if $name !~ /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/ || $described{$name} !~ / device=1/;
    next if defined $asked{$name} && $now - $asked{$name} < 30e9;
    $asked{$name} = $now;
    my @told;
    for (split /\n/, scalar qx($ethtool -S $name 2>/dev/null </dev/null)) {
my ($key, $value) = /^\s*([A-Za-z0-9_.]+):\s*([0-9]+)\s*$/ or next;
      push @told, "$key=$value" if $key =~ $wanted;
    }
    return @told ? " h$slot{$name}:" . join ",", @told : "";
  }
  return "";
}
sub virtual_server {
  my $text = once("$proc/net/ip_vs_stats");
  my (undef, undef, $line) = split /\n/, defined $text ? $text : "";
  if (!defined $line) { $ipvs_there = 0; return "" }
  return " v" . join ",", (split " ", $line)[0 .. 4];
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
# Ticks that queued up while the node stood still are one sample: their count says so.
while (sysread(STDIN, my $tick, 4096)) {
  $ticks += length $tick;
  my $slow = $answered++ % 5 == 0;
  my $out = $slow ? declare_ports() : "";
  my ($changes, $now, $counters) = interfaces($slow);
  my ($uptime) = split " ", whole("$proc/uptime");
  my @load = split " ", whole("$proc/loadavg");
  my $sample = "S $ticks $now u$uptime l" . join(",", @load[0 .. 2]) . processor() . memory();
  $sample .= paired("$proc/net/snmp", "Tcp", "t", qw(InSegs OutSegs RetransSegs InErrs));
  if ($slow) {
    $sample .= " b$1" if whole("$proc/stat") =~ /^btime (.*)$/m;
    $sample .= paired("$proc/net/netstat", "TcpExt", "x", qw(ListenOverflows ListenDrops TCPTimeouts TCPSynRetrans TCPBacklogDrop));
    $sample .= softnet() . conntrack() . cards($now);
    $ipvs_there = 1;
  }
  $sample .= virtual_server() if $ipvs_there;
  say_all($out . $changes . $sample . port_counters($slow) . $counters . "\n");
}
`;
