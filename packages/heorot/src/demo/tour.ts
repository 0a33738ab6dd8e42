// The tour as data: what is typed, what it shows, and the exit code that makes it true. `play-tour.ts` runs it.

export interface Step {
  readonly title: string;
  /** Shell text, run as it stands with the tools first on PATH and the lab's cluster file in the environment. */
  readonly command: string;
  /** The exit code it must end with; the tour fails on any other, so that it can never lie. */
  readonly exitCode: number;
  /** Programs of which one must be there; else the step is left out, and says so. */
  readonly needsOneOf?: readonly string[];
}

/** The tour over a lab of eight nodes: n[1-5] compute, n[6-7] storage, n8 login. */
export const tour: readonly Step[] = [
  { title: 'Which groups are there, and who is in them?', command: 'nodes list -l', exitCode: 0 },
  {
    title: 'Node sets fold, and do arithmetic',
    command: "nodes fold '@compute!n2,@storage'",
    exitCode: 0,
  },
  {
    title: 'Run a command on a group: each line says where it came from',
    command: 'dsh -g compute hostname',
    exitCode: 0,
  },
  { title: 'Equal answers gathered under one name', command: 'dsh -a -b uname -r', exitCode: 0 },
  {
    title: 'What is different, and where? Everyone against the majority',
    command: 'dsh -a --diff cat ntp.conf',
    exitCode: 0,
  },
  {
    title: 'A node that fails is named, with its exit code, and so is the next step',
    command: 'dsh -a -b cat scratch.mount',
    exitCode: 1,
  },
  {
    title: 'Take the file from a node that has it, and put it where it is missing',
    command: 'dsh -w n1 --fetch scratch.mount --dest . && dsh -w n7 --copy n1/scratch.mount --dest .',
    exitCode: 0,
  },
  { title: 'Run the failed command again, only where it failed', command: 'dsh --retry', exitCode: 0 },
  { title: 'What has been done so far', command: 'dsh --history', exitCode: 0 },
  {
    title: 'The traffic of every node, sampled once (these nodes share the loopback of this machine)',
    command: 'netmon once -g compute --iface lo',
    exitCode: 0,
  },
  {
    title: 'Record three seconds of it, and ask afterwards',
    command: 'netmon record -a -o traffic.netmon --for 3s && netmon history traffic.netmon -w n1 --iface lo',
    exitCode: 0,
  },
  {
    title: 'Burn in the memory of two nodes, briefly: the verdict says how much was tested',
    command: 'memtest-runner run -g storage --engines march --memory 32M --passes 1 --wait',
    exitCode: 0,
    needsOneOf: ['musl-gcc', 'cc', 'gcc', 'clang'],
  },
  {
    title: 'Capture a golden node as an image, and look for what belongs to one machine only',
    command: 'clone capture n1 --name base --root . --unprivileged && clone image check base',
    exitCode: 0,
  },
];
