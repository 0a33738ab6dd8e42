// What each tool is for, in its own words: `heorot --help` lists them without loading them. A test compares.

export const toolSummaries = {
  dsh: 'runs a command on many nodes and reads the answers side by side',
  nodes: 'answers every question about node sets and groups',
  netmon: 'watches the network traffic of every node, live',
  'memtest-runner': 'burns in the memory of a whole cluster and names the bad node and DIMM',
  clone: 'turns bare machines into nodes of the cluster',
} as const;
