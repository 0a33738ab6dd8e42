// Whatever a file holds, a reader answers or says what is wrong: it never breaks.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMacs } from '../cluster-file/macs-file.ts';
import { expandInOrder } from '../cluster-file/name-pattern.ts';
import { buildNodeTable } from '../cluster-file/node-table.ts';
import { parseClusterFile } from '../cluster-file/read-cluster-file.ts';
import { HeorotError } from '../error/heorot-error.ts';
import { evaluateQuery } from '../groups/sources/genders-query.ts';
import { parseIni } from '../groups/sources/ini.ts';
import { parseSinfo } from '../groups/sources/slurm.ts';
import { FORMATS } from './format.ts';
import { importInventory } from './import-inventory.ts';

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  ...Object.fromEntries(
    FORMATS.flatMap((format) =>
      ['file', 'file.yaml'].map((path) => [
        `${format} as ${path}`,
        async (text: string) => await importInventory(format, [{ path, text }]),
      ]),
    ),
  ),
  'cluster file': async (text) => buildNodeTable(await parseClusterFile(text, 'c.yaml', '/')),
  'groups.conf': (text) => parseIni(text, 'groups.conf'),
  'macs file': (text) => parseMacs(text, 'macs.csv'),
  'name pattern': expandInOrder,
  'genders query': (text) => evaluateQuery(text, new Set(['a']), () => new Set(['a'])),
  sinfo: parseSinfo,
};

/** Pieces that mean something in one format or another, and noise. */
const piece = fc.oneof(
  fc.constantFrom(
    'n1',
    'n[1-3]',
    '[',
    ']',
    '[g]',
    '[g:children]',
    ':',
    ': ',
    '=',
    ',',
    '-',
    '- ',
    '\n',
    '\n  ',
    '"',
    "'",
    '{',
    '}',
    '#',
    '@',
    '&a ',
    '*a',
    '<<: ',
    'nodes:\n',
    'groups:\n',
    'sources:\n',
    'type: ',
    '10.0.0.1 ',
    '&&',
    '||',
    '--',
    '~',
    '(',
    ')',
    '|',
    '%n',
    '{"targets":["a:1"]}',
    '__proto__',
    'constructor',
    '? ',
    '!!map ',
    '\t',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

describe('any text at all', () => {
  it.each(Object.keys(READERS))('is read or refused: %s', async (name) => {
    const reads = fc.asyncProperty(text, async (some) => {
      try {
        await READERS[name]?.(some);
      } catch (error) {
        if (!(error instanceof HeorotError)) throw error;
      }
    });
    const details = await fc.check(reads, { numRuns: 150 });
    expect(details.failed ? fc.defaultReportMessage(details) : 'all read or refused').toBe(
      'all read or refused',
    );
  });
});
