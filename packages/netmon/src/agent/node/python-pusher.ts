// The pusher in Python 3, for nodes whose Perl lacks Digest::SHA or that have none (dnf needs Python, so RHEL has it). Does what
// perl-pusher.ts does, line by line.

/** Arguments: folder, node, host and port of the collector, interval in seconds. */
export const pythonPusher = String.raw`import hashlib, hmac, os, random, re, socket, subprocess, sys, time

folder, node, host, port, interval = sys.argv[1:6]
interval = float(interval)
base_seconds = 30
filled = re.compile(r"[nr][0-9]+(?=:)|[mlct]")


def text(name):
    try:
        with open(folder + "/" + name) as file:
            return file.read().strip()
    except OSError:
        return ""


def keep(name, value):
    with open(folder + "/" + name, "w") as file:
        file.write(str(value))


if not re.fullmatch("[0-9a-f]{64}", text("key")):
    sys.exit("no key in " + folder + "/key")
key = bytes.fromhex(text("key"))
key_id = hashlib.sha256(key).hexdigest()[:8]
# Later than every start before it, also where the clock was set back: the collector takes older starts for replays.
started = int(time.time() * 1000)
if text("started").isdigit():
    started = max(started, int(text("started")) + 1)
keep("started", started)
keep("pid", os.getpid())


class Pusher:
    def __init__(self):
        self.socket = self.address = self.complained = None
        self.sequence = self.base = self.base_left = 0
        self.reach()

    def complain(self, why):
        if why != self.complained:
            print(why, file=sys.stderr, flush=True)
        self.complained = why

    def reach(self):
        try:
            found = socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)[0]
            self.socket = socket.socket(found[0], socket.SOCK_DGRAM)
            self.address = found[4]
        except OSError as error:
            self.complain("cannot resolve %s: %s" % (host, error))

    def asked_for_base(self):
        wish = ("heorot-collector 1 %s %s %d" % (key_id, node, started)).encode()
        asked = False
        while self.socket is not None:
            try:
                said = self.socket.recv(1024, socket.MSG_DONTWAIT)
            except OSError:
                break
            asked = asked or hmac.compare_digest(said, hmac.new(key, wish, hashlib.sha256).digest() + wish)
        return asked

    def push(self, line):
        _, ticks, clock, *words = line.split()
        if time.monotonic() >= self.base_until:
            # Taken away, or replaced by another.
            if text("pid") != str(os.getpid()):
                sys.exit()
            self.base += 1
            self.base_left = 2
            self.base_until = time.monotonic() + base_seconds
            self.base_words = {filled.match(word).group(): word for word in words if filled.match(word)}
            if self.socket is None or self.complained is not None:
                self.reach()
        if self.asked_for_base():
            self.base_left = max(1, self.base_left)
        lines = ["heorot-agent 1 %s %s %d %d %d %d" % (key_id, node, started, self.sequence + 1, self.base, round(interval * 1000))]
        self.sequence += 1
        if self.base_left > 0:
            self.base_left -= 1
            lines += [self.banner] + [self.declared[each] for each in sorted(self.declared)]
            lines.append(" ".join(["B"] + list(self.base_words.values())))
        told = [word for word in words if not (filled.match(word) and self.base_words.get(filled.match(word).group()) == word)]
        lines.append(" ".join(["S", ticks, clock] + told))
        payload = ("\n".join(lines) + "\n").encode()
        if self.socket is None:
            return
        try:
            self.socket.sendto(hmac.new(key, payload, hashlib.sha256).digest() + payload, self.address)
            if self.complained is not None:
                print("sends again", file=sys.stderr, flush=True)
            self.complained = None
        except OSError as error:
            self.complain("cannot send to %s:%s: %s" % (host, port, error))

    def hear(self, line):
        """True once the tick is answered; False at the end."""
        if line.startswith("S "):
            if self.banner is not None:
                self.push(line)
            return True
        kind, slot = (line.split(" ") + [""])[:2]
        if kind in ("I", "R"):
            self.declared[kind + " " + slot] = line
            self.base_until = 0
        elif kind == "G":
            self.declared.pop("I " + slot, None)
            self.base_until = 0
        elif kind == "heorot-netmon":
            self.banner = line
        return False

    def sample(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        child = subprocess.Popen(["/bin/sh", folder + "/sampler.sh"], bufsize=-1, **pipes)
        self.banner, self.declared, self.base_until = None, {}, 0
        time.sleep(random.uniform(0, interval))
        due = time.monotonic()
        try:
            while True:
                child.stdin.write(b"\n")
                child.stdin.flush()
                while True:
                    line = child.stdout.readline().decode("utf-8", "surrogateescape")
                    if line == "":
                        raise BrokenPipeError
                    if self.hear(line.rstrip("\n")):
                        break
                due += interval
                now = time.monotonic()
                # After a standstill there is one longer interval, not a burst.
                if due < now:
                    due += interval * int((now - due) / interval + 1)
                time.sleep(max(0, due - now))
        except BrokenPipeError:
            pass
        child.stdout.close()
        print("the sampler ended with", child.wait(), file=sys.stderr, flush=True)


pusher = Pusher()
while True:
    pusher.sample()
    time.sleep(5)
`;
