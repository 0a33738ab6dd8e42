import { describe, expect, it } from 'vitest';
import type { NetEvent } from '../model/sample.ts';
import { advanceNode } from '../rates/node-rates.ts';
import { port, portFacts, reading } from '../rates/testing/readings.fixture.ts';
import { csvHeader, csvLine } from './csv.ts';
import { metricFamilies } from './metric-families.ts';
import { ndjsonLine } from './ndjson.ts';
import { renderMetrics } from './openmetrics.ts';

const node = (name: string, second: number) =>
  reading(second, {
    node: name,
    interfaces: [port({ rxBytes: 2n ** 64n - 1n, txBytes: null })],
    ports: [
      { facts: portFacts(), rxData: 1000n, rxPackets: 10n, txData: null, txPackets: null, errors: null },
      {
        facts: portFacts({ driver: 'new', port: 2 }),
        rxData: 1n,
        rxPackets: 1n,
        txData: 1n,
        txPackets: 1n,
        errors: null,
      },
    ],
  });

describe('OpenMetrics', () => {
  const text = [...renderMetrics([node('n1', 1), node('n"2\\', 2)], { down: ['n3'] })].join('');

  it('tells each family with its type, unit and help, then its series, and ends', () => {
    expect(text).toContain(
      [
        '# TYPE netmon_interface_receive_bytes counter',
        '# UNIT netmon_interface_receive_bytes bytes',
        '# HELP netmon_interface_receive_bytes Bytes received: frames without preamble and check sequence.',
        'netmon_interface_receive_bytes_total{node="n1",interface="eth0"} 18446744073709551615',
        'netmon_interface_receive_bytes_total{node="n\\"2\\\\",interface="eth0"} 18446744073709551615',
        '# TYPE',
      ].join('\n'),
    );
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    expect(text.match(/# EOF/g)).toHaveLength(1);
  });

  it('leaves out what is not known, and counts RDMA in bytes', () => {
    expect(text).not.toContain('netmon_interface_transmit_bytes');
    expect(text.match(/^netmon_infiniband_receive_bytes_total.*/gm)?.[0]).toBe(
      'netmon_infiniband_receive_bytes_total{node="n1",device="mlx5_0",port="1"} 4000',
    );
    expect(text).not.toMatch(/netmon_infiniband_receive_bytes_total\{.*port="2"/);
    expect(text).not.toContain('null');
  });

  it('says which nodes answer', () => {
    expect(text.match(/^netmon_node_up\{.*/gm)).toEqual([
      'netmon_node_up{node="n1"} 1',
      'netmon_node_up{node="n\\"2\\\\"} 1',
      'netmon_node_up{node="n3"} 0',
    ]);
  });

  it('keeps the values of a series together, each with the time of its reading', () => {
    const history = [
      ...renderMetrics([node('n1', 1), node('n2', 1), node('n1', 2)], { timestamps: true }),
    ].join('');
    expect(history.match(/^netmon_node_up\{.*/gm)).toEqual([
      'netmon_node_up{node="n1"} 1 1',
      'netmon_node_up{node="n1"} 1 2',
      'netmon_node_up{node="n2"} 1 1',
    ]);
  });

  it('has an older form, with milliseconds and neither units nor an end', () => {
    const old = [...renderMetrics([node('n1', 1)], { format: 'prometheus', timestamps: true })].join('');
    expect(old).toContain('# TYPE netmon_interface_receive_bytes_total counter\n');
    expect(old).toContain('netmon_node_up{node="n1"} 1 1000\n');
    expect(old).not.toMatch(/# (UNIT|EOF)/);
  });

  it.each(metricFamilies.map((family) => [family.name, family] as const))(
    '%s ends in its unit',
    (name, family) => {
      expect(name.endsWith(family.unit)).toBe(true);
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith('_total')).toBe(false);
    },
  );
});

const { samples } = advanceNode(undefined, node('n1', 1), { intervalMs: 1000 });
const [, onInterface] = samples;

describe('NDJSON', () => {
  it('is one line a record, with null for unknown and counters to the last digit', () => {
    const lines = samples.map(ndjsonLine);
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(
      /^\{"type":"sample","node":"n1","interface":"eth0","time":"1970-01-01T00:00:01.000Z",/,
    );
    expect(lines[1]).toContain('"rxBytesPerSecond":null');
    expect(lines[1]).toContain('"rxBytes":18446744073709551615,"txBytes":null');
    expect(lines.every((line) => line.endsWith('}\n') && typeof JSON.parse(line) === 'object')).toBe(true);
  });

  it('holds events as well', () => {
    const event: NetEvent = {
      type: 'event',
      node: 'n1',
      event: 'down',
      detail: 'no answer\nfor 2 s',
      time: '2026-01-01T00:00:00.000Z',
      interface: null,
    };
    expect(JSON.parse(ndjsonLine(event))).toEqual(event);
  });
});

describe('CSV', () => {
  it('has the columns of its header in each line, empty where nothing is known', () => {
    const width = csvHeader.split(',').length;
    expect(samples.map((sample) => csvLine(sample).split(',').length)).toEqual(samples.map(() => width));
    expect(onInterface === undefined ? '' : csvLine(onInterface)).toBe(
      '1970-01-01T00:00:01.000Z,n1,eth0,,,,,,,,,,,18446744073709551615,,,,,,\n',
    );
    expect(samples.map((sample) => csvLine(sample).split(',')[2])).toEqual([
      '',
      'eth0',
      'mlx5_0/1',
      'mlx5_0/2',
    ]);
  });

  it('quotes what would break a line', () => {
    const [sample] = advanceNode(undefined, node('a,"b"\n', 1), { intervalMs: 1000 }).samples;
    expect(sample === undefined ? '' : csvLine(sample)).toContain(',"a,""b""\n",');
  });
});
