// `netmon watch`: lines as they come, for scripts, logs and alerts.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { netmonFlags } from '../flags/netmon-flags.ts';
import { recordFlag } from '../flags/record-flag.ts';

export const watchFlags = defineFlags({
  ...netmonFlags,
  for: {
    kind: 'duration',
    value: 'DURATION',
    summary: 'end after this time; without it, only when it is told to',
    group: 'Sampling',
    example: 'netmon watch -w n1 --for 2s',
  },
  count: {
    kind: 'number',
    char: 'c',
    value: 'N',
    min: 1,
    summary: 'end when each node that answers has told its rates N times',
    group: 'Sampling',
    example: 'netmon watch -w n1 -i 0.2s --count 3',
  },
  alert: {
    kind: 'list',
    value: 'EXPRESSION',
    summary: "tell when it begins and ends to hold: 'rx > 9Gbit/s for 5s', 'retrans > 1%', down (repeatable)",
    description:
      'FIGURE >|>=|<|<= VALUE [for DURATION], or down [for DURATION]. Figures: rx, tx, rx-packets, tx-packets, errors, drops and util of each link; retrans, cpu, memory and load of the node. Rates need a unit: bit/s to Tbit/s, B/s to GB/s, KiB/s to GiB/s, /s for counts, % for shares. A figure that is not known neither starts nor ends an alert. Exit code 1 if one was raised.',
    group: 'Alerts',
    example: "netmon watch -w n1 --count 2 --alert 'rx > 9Gbit/s for 5s' --alert down",
  },
  exec: {
    kind: 'text',
    value: 'COMMAND',
    summary: 'run this when an alert is raised or cleared',
    description:
      'Given to sh -c as typed; nothing is put into it. What happened is in its environment: NETMON_ALERT, NETMON_CHANGE (raised or cleared), NETMON_NODE, NETMON_INTERFACE, NETMON_VALUE (base units), NETMON_SINCE, NETMON_TIME. At most four run at a time, for 30 s each; what they write goes to standard error.',
    group: 'Alerts',
    example:
      "netmon watch -w n1 --count 2 --alert 'load >= 0' --exec 'logger \"$NETMON_NODE: $NETMON_ALERT\"'",
  },
  record: { ...recordFlag, example: 'netmon watch -w n1 --count 2 --record day.netmon' },
  ndjson: { ...outputFlags.ndjson, exclusive: [] },
  csv: {
    kind: 'switch',
    summary: 'comma-separated values: nodes, interfaces and RDMA ports',
    exclusive: ['ndjson'],
    group: 'Output',
    example: 'netmon watch -w n1 --csv --count 2',
  },
});

export const watchCommand = defineVerb({
  summary: 'print samples and events as they come',
  description:
    'One line a node and interval, and one for each event: a node that is down or back, a reboot, an interface made anew, a carrier flap, counters that were reset. With --ndjson every interface too, in the form of docs/reference/netmon.schema.json; what is not known is null, never 0. Works without a terminal, with stdin closed and in a pipe; a reader that is too slow loses samples, never events.',
  operands: { kind: 'none' },
  flags: watchFlags,
  examples: [
    { command: 'netmon watch -a --ndjson --for 2s', summary: 'two seconds of everything, for a program' },
    {
      command: "netmon watch -a --for 2s --alert 'retrans > 1%' --alert down",
      summary: 'exit code 1 if a node retransmits or goes away',
    },
  ],
  tellsInterrupts: true,
  run: async (input, context) => (await import('../watch/watch.ts')).watch(input.flags, context),
});
