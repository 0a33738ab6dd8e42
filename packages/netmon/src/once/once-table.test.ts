import { plainTheme as theme } from '@heorot/cli';
import { describe, expect, it } from 'vitest';
import { playScript } from '../view/testing/scripted-cluster.fixture.ts';
import { onceTable } from './once-table.ts';

describe('the table of netmon once', () => {
  it.each([
    [undefined, 'node rx tx rx pkt/s tx pkt/s err/s drop/s link retrans load cpu memory'],
    [60, 'node rx tx rx pkt/s tx pkt/s err/s drop/s'],
    [40, 'node rx tx rx pkt/s'],
    [10, 'node rx tx'],
  ])('on a terminal of %s columns has those that it has room for, uncut', (width, titles) => {
    using scripted = playScript([{ name: 'n1' }, { name: 'n2' }], 3);
    const [title = '', ...rows] = onceTable(scripted.cluster.nodes, { theme, units: 'bits', width });
    expect(title.trim().split(/ {2,}/).join(' ')).toBe(titles);
    expect(rows).toHaveLength(2);
    const tooLong = rows.filter((row) => row.length > Math.max(width ?? 200, 30) || row.includes('…'));
    expect(width === 10 ? [] : tooLong).toEqual([]);
  });
});
