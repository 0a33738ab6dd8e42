import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExposition } from './parse-exposition.ts';

const all = () => true;
const read = (text: string) =>
  parseExposition(text, all).map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]);

describe('the text for Prometheus', () => {
  it.each([
    ['up 1', ['up', {}, 1]],
    ['node_load1 0.21 1795334503008', ['node_load1', {}, 0.21]],
    [
      'node_network_receive_bytes_total{device="eth0"} 2.095438536e+09',
      ['node_network_receive_bytes_total', { device: 'eth0' }, 2095438536],
    ],
    ['m{a="x",b="y",} -1', ['m', { a: 'x', b: 'y' }, -1]],
    ['m{} 5', ['m', {}, 5]],
    [String.raw`m{a="quote \" back \\ line \n }"} 1`, ['m', { a: 'quote " back \\ line \n }' }, 1]],
    ['m +Inf', ['m', {}, Number.POSITIVE_INFINITY]],
    ['m NaN', ['m', {}, Number.NaN]],
  ])('%s', (line, sample) => {
    expect(read(`# HELP of it\n# TYPE m counter\n${line}\n\n`)).toEqual([sample]);
  });

  it.each([
    ['<html>', 'no name of a metric'],
    ['m', 'no value after m'],
    ['m x', 'no value after m'],
    ['m 1 2 3', 'no value after m'],
    ['m{a="x" 1', 'a label is cut off'],
    ['m{a=x} 1', 'a label is cut off'],
    ['m{a="x"', 'a label is cut off'],
    ['m 0x10', 'no value after m'],
  ])('%s is refused with its line', (line, problem) => {
    expect(() => read(`up 1\n${line}\n`)).toThrow(`line 2 is no text for Prometheus: ${problem}`);
  });

  it('gives only the families that are wanted', () => {
    expect(parseExposition('a 1\nb 2\n', (name) => name === 'b').map(({ value }) => value)).toEqual([2]);
  });

  it('is read as it was written, whatever labels hold', () => {
    const label = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 5 }), fc.double({ noNaN: true }), (labels, value) => {
        const escaped = labels.map((text, at) => {
          const safe = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
          return `l${at}="${safe}"`;
        });
        const written = Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
        const [sample] = parseExposition(`m{${escaped.join(',')}} ${written}\n`, all);
        expect(sample?.value).toBe(Object.is(value, -0) ? 0 : value);
        expect([...(sample?.labels.values() ?? [])]).toEqual(labels);
      }),
    );
  });
});
