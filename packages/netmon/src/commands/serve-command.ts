// `netmon serve`: a web page, /metrics, and pushing.
import { defineFlags, defineVerb } from '@heorot/cli';
import { netmonFlags } from '../flags/netmon-flags.ts';

export const serveFlags = defineFlags({
  ...netmonFlags,
  listen: {
    kind: 'text',
    value: 'ADDRESS:PORT',
    default: '127.0.0.1:9876',
    summary: 'where the page is served; port 0 takes any that is free',
    description:
      'Only this machine can reach the default. Anything else, such as 0.0.0.0:9876, is not encrypted: rather leave it, and use ssh -L 9876:127.0.0.1:9876 HEAD, or a proxy that speaks TLS. The token is needed in any case.',
    group: 'Page',
    example: 'netmon serve -w n[1-4] --listen 127.0.0.1:0 --for 2s',
  },
  'token-file': {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'take the token from this file, so that it stays the same; made if it is not there',
    group: 'Page',
    example: 'netmon serve -w n[1-4] --listen 127.0.0.1:0 --token-file netmon.token --for 2s',
  },
  record: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    exclusive: ['recording'],
    summary: 'record while serving; the page can go back in time',
    group: 'Page',
    example: 'netmon serve -w n[1-4] --listen 127.0.0.1:0 --record today.netmon --for 2s',
  },
  retain: {
    kind: 'duration',
    value: 'DURATION',
    dependsOn: ['record'],
    summary: 'keep the readings of so long, minutes four times and hours fifty times as long: 7d',
    group: 'Page',
    example: 'netmon serve -w n[1-4] --listen 127.0.0.1:0 --record week.netmon --retain 7d --for 2s',
  },
  recording: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'go back in time over this recording, which another netmon may be writing',
    group: 'Page',
    example: 'netmon serve -w n[1-4] --listen 127.0.0.1:0 --recording today.netmon --for 2s',
  },
  for: {
    kind: 'duration',
    value: 'DURATION',
    summary: 'end after this time; without it, only when it is told to',
    group: 'Page',
    example: 'netmon serve -w n1 --for 2s',
  },
  'metrics-token-file': {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    exclusive: ['metrics-open'],
    summary: 'a second token that opens /metrics and nothing else: for Prometheus; made if it is not there',
    group: 'Prometheus',
    example: 'netmon serve -w n1 --listen 127.0.0.1:0 --metrics-token-file metrics.token --for 2s',
  },
  'metrics-open': {
    kind: 'switch',
    summary: '/metrics needs no token',
    group: 'Prometheus',
    example: 'netmon serve -w n1 --listen 127.0.0.1:0 --metrics-open --for 2s',
  },
  push: {
    kind: 'text',
    value: 'URL',
    summary: 'push to this receiver of Prometheus remote write: Prometheus, VictoriaMetrics, Mimir',
    description:
      'The figures of /metrics, at the time of their readings. What cannot be sent waits, 32 MiB of it at most; then the oldest are dropped, and that is said.',
    group: 'Prometheus',
    example: 'netmon serve -w n1 --listen 127.0.0.1:0 --push http://127.0.0.1:9090/api/v1/write --for 2s',
  },
  'push-interval': {
    kind: 'duration',
    value: 'DURATION',
    defaultMs: 10_000,
    minMs: 100,
    dependsOn: ['push'],
    summary: 'time between two pushes; each has the last reading of every node',
    group: 'Prometheus',
    example:
      'netmon serve -w n1 --listen 127.0.0.1:0 --push http://127.0.0.1:9090/api/v1/write --push-interval 1s --for 2s',
  },
  'push-token-file': {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    dependsOn: ['push'],
    summary: 'send the token in this file with each push, as a bearer',
    group: 'Prometheus',
    example:
      'netmon serve -w n1 --listen 127.0.0.1:0 --push http://127.0.0.1:9090/api/v1/write --push-token-file netmon.token --for 2s',
  },
});

export const serveCommand = defineVerb({
  summary: 'serve a web page, and figures for Prometheus',
  description:
    'A page with the live table, a heat map, each node with its charts, the sick links and the events; with a recording, as they were at any time. Prints the address with a token, which only the first visit needs. Everything is served from here: the page works without any other network. /metrics is for Prometheus. Ends with Ctrl-C.',
  operands: { kind: 'none' },
  flags: serveFlags,
  examples: [
    {
      command: 'netmon serve -a --listen 127.0.0.1:0 --for 2s',
      summary: 'the page of all nodes, for two seconds',
    },
    {
      command: 'netmon serve -a --listen 127.0.0.1:0 --record today.netmon --for 2s',
      summary: 'with time travel',
    },
  ],
  run: async (input, context) => (await import('../serve/serve.ts')).serve(input.flags, context),
});
