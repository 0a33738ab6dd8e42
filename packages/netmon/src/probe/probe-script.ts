// What a probe runs on its two nodes: iperf3, or a small sender and receiver in Perl (Socket and IO::Socket are in perl-base). The
// receiver ends when its input ends: with the measurement, with Ctrl-C here, and with the connection.
import { quoteForSh, scriptForAnyShell } from '@heorot/fanout';

export type ProbeTool = 'iperf3' | 'perl';

/** One line: the tools that the node has. */
export const toolsScript = scriptForAnyShell(
  'for tool in iperf3 perl ping; do command -v $tool >/dev/null 2>&1 && printf "%s " $tool; done; echo',
);

const perlReceiver = String.raw`use IO::Socket; $| = 1; alarm $ARGV[2];
my $s = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => $ARGV[1], Proto => "tcp", Listen => 1, ReuseAddr => 1) or die "cannot listen: $@\n";
print "ready\n"; my $c = $s->accept; my $b; 1 while sysread $c, $b, 1048576;`;

const perlSender = String.raw`use IO::Socket; $SIG{PIPE} = "IGNORE"; alarm $ARGV[2] + 10;
my $c = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Proto => "tcp", Timeout => 5) or die "cannot connect: $@\n";
my ($b, $n, $t) = ("\0" x 131072, 0, time); my $end = $t + $ARGV[2];
while (time < $end) { my $w = syswrite $c, $b; last if !defined $w; $n += $w }
shutdown $c, 1; sysread $c, $b, 1; print "sent $n\n";`;

// A refusal is a round trip as well; a firewall that says nothing leaves the latency unknown.
const perlRoundTrips = String.raw`use IO::Socket; use Time::HiRes "time"; $SIG{ALRM} = sub { exit }; alarm 3; my @t;
for (1 .. 5) { my $t = time; IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 1, Timeout => 1); push @t, (time - $t) * 1000 }
@t = sort { $a <=> $b } @t; printf "rtt %.3f/%.3f/%.3f\n", @t[0, 2, 4];`;

/** Prints `ready` when it listens; `seconds` is how long it lives at most. */
export function receiverCommand(tool: ProbeTool, address: string, port: number, seconds: number): string {
  const at = quoteForSh(address);
  const listen =
    tool === 'iperf3'
      ? `iperf3 -s -1 -B ${at} -p ${port} >/dev/null 2>&1 & pid=$!; (sleep ${seconds}; kill $pid) >/dev/null 2>&1 & guard=$!; sleep 0.5; kill -0 $pid 2>/dev/null && echo ready`
      : `perl -e ${quoteForSh(perlReceiver)} ${at} ${port} ${seconds} & pid=$! guard=`;
  return scriptForAnyShell(`${listen}\nread -r end\nkill $pid $guard 2>/dev/null`);
}

/** iperf3 prints its JSON; Perl `sent BYTES`. Before it `rtt MIN/AVG/MAX` in ms: of ping, else of five TCP connects. */
export function senderCommand(tool: ProbeTool, address: string, port: number, seconds: number): string {
  const at = quoteForSh(address);
  const send =
    tool === 'iperf3'
      ? `iperf3 -c ${at} -p ${port} -t ${seconds} -J`
      : `perl -e ${quoteForSh(perlSender)} ${at} ${port} ${seconds}`;
  return scriptForAnyShell(`rtt=$(ping -n -q -c 5 -i 0.2 -w 3 ${at} 2>/dev/null | sed -n 's/^r[ou].* = /rtt /p')
[ -n "$rtt" ] || rtt=$(perl -e ${quoteForSh(perlRoundTrips)} ${at} 2>/dev/null)
echo "$rtt"
${send}`);
}
