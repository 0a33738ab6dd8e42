// The pusher in Perl: drives the sampler as a head does, and sends what it says. Digest::SHA, Socket and Time::HiRes are in
// Perl's core, but Debian's perl-base lacks the first and the last. What the datagrams hold: wire/datagram.ts.

/** Arguments: folder, node, host and port of the collector, interval in seconds. */
export const perlPusher = String.raw`use strict;
use warnings;
use Socket qw(getaddrinfo SOCK_DGRAM MSG_DONTWAIT);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC sleep time);
use Digest::SHA qw(hmac_sha256 sha256_hex);
my ($folder, $node, $host, $port, $interval) = @ARGV;
my ($base_seconds, $filled) = (30, qr/^(?:[nr][0-9]+(?=:)|[mlct])/);
$SIG{PIPE} = "IGNORE";

sub text { open(my $file, "<", "$folder/$_[0]") or return ""; local $/; my $text = <$file>; return defined $text ? $text : "" }
sub keep { open(my $file, ">", "$folder/$_[0]") or die "cannot write $folder/$_[0]: $!\n"; print $file $_[1]; close $file }
my $key = pack "H*", text("key") =~ /^([0-9a-f]{64})$/m ? $1 : die "no key in $folder/key\n";
my $key_id = substr sha256_hex($key), 0, 8;
# Later than every start before it, also where the clock was set back: the collector takes older starts for replays.
my $before = text("started");
my $started = int(time * 1000);
$started = $before + 1 if $before =~ /^[0-9]+$/ && $before >= $started;
keep("started", $started);
keep("pid", $$);

my ($socket, $address, $complained);
sub complain {
  my ($why) = @_;
  print STDERR "$why\n" if !defined $complained || $complained ne $why;
  $complained = $why;
}
sub reach {
  my ($error, @found) = getaddrinfo($host, $port, { socktype => SOCK_DGRAM });
  if ($error || !@found) { complain("cannot resolve $host: $error"); return }
  socket($socket, $found[0]{family}, SOCK_DGRAM, 0) or do { complain("no socket: $!"); undef $socket; return };
  $address = $found[0]{addr};
}
my ($sequence, $base, $base_left, $base_until) = (0, 0, 0, 0);
my ($banner, %declared, %base_word, $base_line);
sub asked_for_base {
  my ($wish, $asked) = ("heorot-collector 1 $key_id $node $started", 0);
  while ($socket && defined recv($socket, my $bytes, 1024, MSG_DONTWAIT)) {
    $asked = 1 if $bytes eq hmac_sha256($wish, $key) . $wish;
  }
  return $asked;
}
sub push_sample {
  my ($line) = @_;
  my (undef, $ticks, $clock, @words) = split " ", $line;
  if (clock_gettime(CLOCK_MONOTONIC) >= $base_until) {
    $base++;
    $base_left = 2;
    $base_until = clock_gettime(CLOCK_MONOTONIC) + $base_seconds;
    %base_word = map { /$filled/ ? ($& => $_) : () } @words;
    $base_line = join(" ", "B", grep { /$filled/ } @words) . "\n";
    # Taken away, or replaced by another.
    exit 0 if text("pid") ne $$;
    reach() if !$socket || defined $complained;
  }
  $base_left = 1 if asked_for_base() && !$base_left;
  my $payload = "heorot-agent 1 $key_id $node $started " . ++$sequence . " $base " . int($interval * 1000 + 0.5) . "\n";
  if ($base_left > 0) {
    $base_left--;
    $payload .= join("", $banner, map({ $declared{$_} } sort keys %declared), $base_line);
  }
  $payload .= join(" ", "S", $ticks, $clock, grep { !(/$filled/ && defined $base_word{$&} && $base_word{$&} eq $_) } @words) . "\n";
  return if !$socket;
  if (defined send($socket, hmac_sha256($payload, $key) . $payload, 0, $address)) {
    print STDERR "sends again\n" if defined $complained;
    undef $complained;
  }
  else { complain("cannot send to $host:$port: $!") }
}
sub sample {
  pipe(my $ticks_out, my $ticks) && pipe(my $lines, my $lines_in) or die "no pipe: $!\n";
  defined(my $child = fork) or die "no process: $!\n";
  if (!$child) {
    open(STDIN, "<&", $ticks_out) && open(STDOUT, ">&", $lines_in) or exit 1;
    close $_ for $ticks_out, $ticks, $lines, $lines_in;
    exec "/bin/sh", "$folder/sampler.sh";
    exit 127;
  }
  close $_ for $ticks_out, $lines_in;
  ($banner, $base_until) = (undef, 0);
  %declared = ();
  sleep rand $interval;
  my $due = clock_gettime(CLOCK_MONOTONIC);
  while (1) {
    syswrite $ticks, "\n" or last;
    my $answered;
    while (defined(my $line = <$lines>)) {
      if ($line =~ /^S /) { push_sample($line) if defined $banner; $answered = 1; last }
      elsif ($line =~ /^([IR] [0-9]+) /) { $declared{$1} = $line; $base_until = 0 }
      elsif ($line =~ /^G ([0-9]+)/) { delete $declared{"I $1"}; $base_until = 0 }
      elsif ($line =~ /^heorot-netmon /) { $banner = $line }
    }
    last if !$answered;
    $due += $interval;
    my $now = clock_gettime(CLOCK_MONOTONIC);
    # After a standstill there is one longer interval, not a burst.
    $due += $interval * int(($now - $due) / $interval + 1) if $due < $now;
    sleep $due - $now;
  }
  close $_ for $ticks, $lines;
  waitpid $child, 0;
  print STDERR "the sampler ended with ", $? >> 8, "\n";
}
reach();
while (1) { sample(); sleep 5 }
`;
