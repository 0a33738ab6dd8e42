// What --json and --ndjson write is what docs/reference/dsh.schema.json says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome, RunEvent } from '@heorot/fanout';
import { schemaFaults } from '@heorot/lab';
import { describe, expect, it } from 'vitest';
import { followCopy } from '../copy/follow-copy.ts';
import { BlockSpill } from '../gather/block-spill.ts';
import { plainSurface } from '../testing/plain-surface.ts';
import { summaryOf } from '../testing/summary-of.ts';
import { jsonRenderer } from './json-renderer.ts';
import { ndjsonRenderer } from './ndjson-renderer.ts';
import type { Renderer } from './renderer.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../docs/reference/dsh.schema.json'), 'utf8'),
);
const outcomes: readonly Outcome[] = [
  { kind: 'ok' },
  { kind: 'exit', code: 3 },
  { kind: 'signal', signal: 'TERM' },
  { kind: 'command-timeout', afterMs: 10, cleanup: 'ended' },
  { kind: 'connect-timeout', afterMs: 10, reason: 'no answer' },
  { kind: 'unreachable', reason: 'connection refused' },
  { kind: 'unreachable', reason: 'connection lost', cleanup: 'may-still-run' },
  { kind: 'host-key', reason: 'not known', hint: 'nodes trust n8' },
  { kind: 'auth', reason: 'no key accepted' },
  { kind: 'cancelled', reason: 'interrupted', cleanup: 'ended' },
  { kind: 'skipped', reason: 'stopped' },
];
const results = outcomes.map((outcome, at) => ({ node: `n${at + 1}`, outcome, startUpMs: 3500 }));

async function play(renderer: Renderer): Promise<void> {
  const events: RunEvent[] = results.flatMap(({ node, outcome }): RunEvent[] => [
    { kind: 'start', node, at: 0 },
    { kind: 'stdout', node, data: Buffer.from('text é\n') },
    { kind: 'stderr', node, data: Uint8Array.of(0xff, 0, 10) },
    outcome.kind === 'ok' || outcome.kind === 'exit' || outcome.kind === 'signal'
      ? { kind: 'exit', node, outcome, elapsedMs: 1.5, startUpMs: 3500 }
      : { kind: 'failure', node, outcome, elapsedMs: 1.5 },
  ]);
  for (const event of events) await renderer.event(event);
  await renderer.end(summaryOf(results));
}

async function copied(flags: { readonly json: boolean; readonly ndjson: boolean }): Promise<string> {
  const surface = plainSurface();
  const summary = summaryOf([{ node: 'n1', outcome: { kind: 'ok' } }]);
  const run = {
    summary: Promise.resolve(summary),
    unfinished: () => [],
    async *[Symbol.asyncIterator]() {
      yield { kind: 'progress', node: 'n1', path: 'a', bytes: 1, totalBytes: 2 } as const;
      yield { kind: 'note', node: 'n1', text: 'times are not kept' } as const;
      yield { kind: 'file', node: 'n1', path: 'a', bytes: 2, how: 'sent' } as const;
      yield {
        kind: 'end',
        node: 'n1',
        result: { node: 'n1', outcome: { kind: 'ok' }, elapsedMs: 1 },
        bytes: 2,
      } as const;
    },
  };
  const progress = { event: () => {}, render: () => [] };
  const never = new AbortController().signal;
  await followCopy(
    () => run,
    { ...flags, quiet: true, verbose: 0 },
    { surface, progress },
    { drain: never, signal: never },
  );
  return surface.written.stdout().toString();
}

const faults = (text: string): readonly string[] => schemaFaults(JSON.parse(text), schema);
const lines = (text: string): string[] => text.trimEnd().split('\n');

describe('the JSON schema of dsh', () => {
  it('describes the document of a run', async () => {
    using spill = new BlockSpill();
    const surface = plainSurface();
    await play(jsonRenderer(surface, spill, ['true']));
    expect(faults(surface.written.stdout().toString())).toEqual([]);
  });

  it('describes every event', async () => {
    const surface = plainSurface();
    await play(ndjsonRenderer(surface));
    expect(lines(surface.written.stdout().toString()).flatMap(faults)).toEqual([]);
  });

  it('describes copies', async () => {
    expect(faults(await copied({ json: true, ndjson: false }))).toEqual([]);
    expect(lines(await copied({ json: false, ndjson: true })).flatMap(faults)).toEqual([]);
  });

  it('does not describe just anything', () => {
    expect(faults('{"kind":"stdout","node":"n1"}')).not.toEqual([]);
    expect(faults('{"kind":"end","node":"n1","elapsedMs":1,"outcome":{"kind":"fine"}}')).not.toEqual([]);
  });
});
