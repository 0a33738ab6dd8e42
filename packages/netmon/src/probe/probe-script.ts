// What a probe runs on its two nodes: iperf3 where both have it, else a small receiver and sender in Perl (what they need is in
// perl-base) or Python 3; those two understand each other. The receiver ends when its input ends: with the measurement, with
// Ctrl-C here, and with the connection. The sender ends with the receiver.
import { quoteForSh, scriptForAnyShell } from '@heorot/fanout';

export type BuiltIn = 'perl' | 'python3';
export type ProbeTool = 'iperf3' | BuiltIn;

export interface ProbeTools {
  readonly sender: ProbeTool;
  readonly receiver: ProbeTool;
}

/** One line: the tools that the node has. */
export const toolsScript = scriptForAnyShell(
  'for tool in iperf3 perl python3; do command -v $tool >/dev/null 2>&1 && printf "%s " $tool; done; echo',
);

/** Undefined where the nodes have nothing that fits. */
export function toolsFor(from: readonly string[], to: readonly string[]): ProbeTools | undefined {
  if (from.includes('iperf3') && to.includes('iperf3')) return { sender: 'iperf3', receiver: 'iperf3' };
  const builtIns = ['perl', 'python3'] as const;
  const [sender, receiver] = [from, to].map((has) => builtIns.find((tool) => has.includes(tool)));
  return sender === undefined || receiver === undefined ? undefined : { sender, receiver };
}

// Arguments: address, seconds it lives at most. A port that is free is chosen by the kernel.
const receivers: Readonly<Record<BuiltIn, string>> = {
  perl: String.raw`use IO::Socket; $| = 1; alarm $ARGV[1];
my $class = eval { require IO::Socket::IP; "IO::Socket::IP" } || "IO::Socket::INET";
my $now = eval { require Time::HiRes; \&Time::HiRes::time } || eval { require POSIX; sub { (POSIX::times())[0] / 100 } };
my $s = $class->new(LocalAddr => $ARGV[0], LocalPort => 0, Proto => "tcp", Listen => 1) or die "cannot listen: $@\n";
print "ready $ARGV[0] ", $s->sockport, "\n"; my $c = $s->accept; my ($b, $n, $r, $t) = ("", 0, 0, $now->());
$n += $r while $r = sysread $c, $b, 1048576;
print "got $n ", $now->() - $t, "\n"; syswrite $c, "."`,
  python3: String.raw`import signal, socket, sys, time
signal.alarm(int(sys.argv[2]))
family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], 0, type=socket.SOCK_STREAM)[0]
s = socket.socket(family, kind); s.bind(address); s.listen(1)
print("ready", sys.argv[1], s.getsockname()[1], flush=True)
c = s.accept()[0]; t = time.monotonic(); n = 0; b = bytearray(1048576)
while True:
    r = c.recv_into(b)
    if r == 0: break
    n += r
print("got", n, time.monotonic() - t, flush=True); c.send(b".")`,
};

// Arguments: address, port, seconds. The receiver counts; its last byte says that all has arrived.
const senders: Readonly<Record<BuiltIn, string>> = {
  perl: String.raw`use IO::Socket; $SIG{PIPE} = "IGNORE"; alarm $ARGV[2] + 10;
my $class = eval { require IO::Socket::IP; "IO::Socket::IP" } || "IO::Socket::INET";
my $c = $class->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Proto => "tcp", Timeout => 5) or die "cannot connect: $@\n";
my ($b, $end) = ("\0" x 131072, time + $ARGV[2]);
while (time < $end) { defined(syswrite $c, $b) or die "cannot send: $!\n" }
shutdown $c, 1; sysread $c, $b, 1;`,
  python3: String.raw`import signal, socket, sys, time
signal.alarm(int(sys.argv[3]) + 10)
try: c = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
except OSError as error: sys.exit("cannot connect: %s" % error)
c.settimeout(None); b = bytes(131072); end = time.monotonic() + int(sys.argv[3])
try:
    while time.monotonic() < end: c.sendall(b)
except OSError as error: sys.exit("cannot send: %s" % error)
c.shutdown(socket.SHUT_WR); c.recv(1)`,
};

// A refusal is a round trip as well; a firewall that says nothing leaves the latency unknown.
const perlRoundTrips = String.raw`use IO::Socket; use Time::HiRes "time"; $SIG{ALRM} = sub { exit }; alarm 3; my @t;
for (1 .. 5) { my $t = time; IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 1, Timeout => 1); push @t, (time - $t) * 1000 }
@t = sort { $a <=> $b } @t; printf "rtt %.3f/%.3f/%.3f\n", @t[0, 2, 4];`;

/**
 * Prints `ready ADDRESS PORT` when it listens, and, unless it is iperf3, `got BYTES SECONDS` at the end.
 *
 * @param address an IP address; undefined: the one that this connection came to, since a node may know its own name as
 * 127.0.1.1 (Debian's /etc/hosts)
 * @param port for iperf3, which cannot choose one
 * @param seconds how long it lives at most
 */
export function receiverCommand(
  tool: ProbeTool,
  address: string | undefined,
  port: number,
  seconds: number,
): string {
  const at =
    address === undefined ? 'set -- $SSH_CONNECTION; at=${3:-127.0.0.1}' : `at=${quoteForSh(address)}`;
  const listen =
    tool === 'iperf3'
      ? `iperf3 -s -1 -B "$at" -p ${port} >/dev/null 2>&1 & pid=$!
(sleep ${seconds}; kill $pid) >/dev/null 2>&1 & guard=$!
sleep 0.5; kill -0 $pid 2>/dev/null && echo "ready $at ${port}"`
      : `${inlined(tool, receivers[tool])} "$at" ${seconds} & pid=$! guard=`;
  // Where nobody listens any more `ready` cannot be written: that must not keep the receiver from its end.
  return scriptForAnyShell(`trap : PIPE\n${at}\n${listen}\nread -r end\nkill $pid $guard 2>/dev/null`);
}

/** iperf3 prints its JSON. Before it `rtt MIN/AVG/MAX` in ms: of ping, else of five TCP connects. */
export function senderCommand(tool: ProbeTool, address: string, port: number, seconds: number): string {
  const at = quoteForSh(address);
  const send =
    tool === 'iperf3'
      ? `limit=; command -v timeout >/dev/null 2>&1 && limit='timeout ${seconds + 15}'
$limit iperf3 -c ${at} -p ${port} -t ${seconds} -J`
      : `${inlined(tool, senders[tool])} ${at} ${port} ${seconds}`;
  return scriptForAnyShell(`rtt=$(ping -n -q -c 5 -i 0.2 -w 3 ${at} 2>/dev/null | sed -n 's/^r[ou].* = /rtt /p')
[ -n "$rtt" ] || rtt=$(perl -e ${quoteForSh(perlRoundTrips)} ${at} 2>/dev/null)
echo "$rtt"
${send}`);
}

function inlined(tool: BuiltIn, program: string): string {
  return `${tool} ${tool === 'perl' ? '-e' : '-c'} ${quoteForSh(program)}`;
}
