import { describe, expect, it } from 'vitest';
import { recordDay, startMs } from '../replay/testing/recorded-day.fixture.ts';
import { exportOpenMetrics } from './export-openmetrics.ts';

const span = { fromMs: startMs, toMs: startMs + 100_000 };

describe('the export of a recording', () => {
  it('has each family once, its series one behind the other, and every reading with its time', async () => {
    await using day = await recordDay();
    const text = [...exportOpenMetrics(day.recording, ['n1', 'n2'], span)].join('');
    const headings = text.match(/^# TYPE .*/gm) ?? [];
    expect(new Set(headings).size).toBe(headings.length);
    const received = text.match(/^netmon_interface_receive_bytes_total\{.*/gm) ?? [];
    const nodes = received.map((line) => /node="(n\d)"/.exec(line)?.[1]);
    // n2 was down for twenty seconds.
    expect(nodes).toEqual([
      ...Array.from({ length: 100 }, () => 'n1'),
      ...Array.from({ length: 80 }, () => 'n2'),
    ]);
    expect(received[1]).toBe(
      `netmon_interface_receive_bytes_total{node="n1",interface="eth0"} 1001 ${(startMs + 1007) / 1000}`,
    );
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });

  it('says when a node was down', async () => {
    await using day = await recordDay();
    const text = [...exportOpenMetrics(day.recording, ['n2'], span)].join('');
    const states = (text.match(/^netmon_node_up\{.*/gm) ?? []).map((line) => line.split(' ').slice(1));
    expect(states.filter(([value]) => value === '0')).toEqual([['0', String((startMs + 60_000) / 1000)]]);
    const times = states.map(([, time]) => Number(time));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });
});
