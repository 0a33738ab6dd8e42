// Flags of pdsh, clush, parallel-ssh and Debian's dsh that hands type and dsh lacks: what does their work here.

const machineFile = 'nodes of a file: -w "$(nodes fold < FILE)"';
const sshOptions = 'options of ssh stand in ~/.ssh/config, or in a file: --ssh-config FILE';
const source = 'groups of another source: -g SOURCE:NAME';
const selected = "nodes are named with -w: -w 'n[1-8]'";

export const foreignFlags: Readonly<Record<string, string>> = {
  '-R': 'how nodes are reached: --transport NAME; by itself it is chosen for each node',
  '-m': selected,
  '-H': selected,
  '--host': selected,
  '--hostfile': machineFile,
  '--machinefile': machineFile,
  '--hosts': machineFile,
  '-O': sshOptions,
  '-o': sshOptions,
  '--options': sshOptions,
  '-s': source,
  '--groupsource': source,
  '--pick': 'some of the nodes: -w "$(nodes pick N -a)"',
  '-Q': 'to list nodes: nodes expand SET, or --dry-run',
  '-d': 'what goes on inside: --debug',
  '-k': 'to end at the first node that fails: --fail-fast',
  '-F': 'so many nodes at a time: -f N',
  '-p': 'leave it out: modes and times are always kept',
  '-r': 'leave it out: folders are copied with all that is in them',
  '-M': 'leave it out: node names stand before the lines; -N takes them away',
  '-i': 'leave it out: standard input goes to every node; -n keeps it here',
};
