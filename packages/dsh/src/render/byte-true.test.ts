// Whatever the chunks and their interleaving: every byte of every node arrives, in order, and no line is torn.
import type { RunEvent } from '@heorot/fanout';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockSpill } from '../gather/block-spill.ts';
import { plainSurface } from '../testing/plain-surface.ts';
import { summaryOf } from '../testing/summary-of.ts';
import { gatheredRenderer } from './gathered-renderer.ts';
import { jsonRenderer } from './json-renderer.ts';
import { liveRenderer } from './live-renderer.ts';
import { ndjsonRenderer } from './ndjson-renderer.ts';
import type { Renderer } from './renderer.ts';

const nodes = ['n1', 'n2', 'n10'];
/** Bytes that break careless code: newline, CR, NUL, ESC, parts of UTF-8 characters, and text. */
const byte = fc.constantFrom(10, 10, 13, 0, 27, 0xc3, 0xa9, 0xff, 97, 98, 58, 32);
const chunk = fc.record({
  node: fc.constantFrom(...nodes),
  kind: fc.constantFrom('stdout', 'stderr'),
  data: fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .chain((size) =>
      fc.array(byte, { minLength: 1, maxLength: size.length }).map((all) => Uint8Array.from(all)),
    ),
});
const chunks = fc.array(chunk, { maxLength: 40 });
type Chunk = { readonly node: string; readonly kind: 'stdout' | 'stderr'; readonly data: Uint8Array };

const written = (all: readonly Chunk[], node: string, kind: string): Buffer =>
  Buffer.concat(all.filter((each) => each.node === node && each.kind === kind).map(({ data }) => data));

async function play(make: (surface: ReturnType<typeof plainSurface>) => Renderer, all: readonly Chunk[]) {
  const surface = plainSurface();
  const renderer = make(surface);
  const events: RunEvent[] = [
    ...all,
    ...nodes.map((node): RunEvent => ({ kind: 'exit', node, outcome: { kind: 'ok' }, elapsedMs: 1 })),
  ];
  for (const event of events) await renderer.event(event);
  await renderer.end(summaryOf(nodes.map((node) => ({ node, outcome: { kind: 'ok' } }))));
  return { stdout: surface.written.stdout(), stderr: surface.written.stderr() };
}

/** What stands after `node: ` on the lines of a node; a final newline is added where it lacked. */
const completed = (bytes: Buffer): string => {
  const text = bytes.toString('latin1');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
};

describe('a renderer', () => {
  it('shows live lines whole, under the right name, on the right stream', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (all) => {
        const shown = await play(
          (surface) => liveRenderer(surface, { streams: 'both', prefix: true, width: 0 }),
          all,
        );
        for (const node of nodes) {
          for (const kind of ['stdout', 'stderr'] as const) {
            const lines = shown[kind]
              .toString('latin1')
              .split('\n')
              .filter((line) => line.startsWith(`${node}: `));
            const text = lines.map((line) => `${line.slice(node.length + 2)}\n`).join('');
            expect(text).toBe(completed(written(all, node, kind)));
          }
        }
      }),
    );
  });

  it('adds nothing to a single node without a prefix', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (all) => {
        const one = all.map((each) => ({ ...each, node: 'n1' }));
        const shown = await play(
          (surface) => liveRenderer(surface, { streams: 'both', prefix: false, width: 0 }),
          one,
        );
        expect(shown.stdout.equals(written(one, 'n1', 'stdout'))).toBe(true);
        expect(shown.stderr.equals(written(one, 'n1', 'stderr'))).toBe(true);
      }),
    );
  });

  it('gathers each answer as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (all) => {
        using spill = new BlockSpill(1024);
        const shown = await play(
          (surface) => gatheredRenderer(surface, spill, { streams: 'stdout', prefix: true }),
          all,
        );
        const rule = '---------------\n';
        for (const node of nodes.filter((each) => written(all, each, 'stdout').length > 0)) {
          const text = completed(written(all, node, 'stdout'));
          const twins = nodes.filter((other) =>
            written(all, other, 'stdout').equals(written(all, node, 'stdout')),
          );
          const count = twins.length === 1 ? '' : ` (${twins.length})`;
          const header = `${rule}${twins.join()}${count}\n${rule}`;
          expect(shown.stdout.toString('latin1')).toContain(header + text);
        }
      }),
    );
  });

  it('tells every byte in NDJSON', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (all) => {
        const shown = await play((surface) => ndjsonRenderer(surface), all);
        const events = shown.stdout
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
        for (const node of nodes) {
          for (const kind of ['stdout', 'stderr']) {
            const data = events.filter((event) => event.node === node && event.kind === kind).map(decode);
            expect(Buffer.concat(data).equals(written(all, node, kind))).toBe(true);
          }
        }
      }),
    );
  });

  it('tells every byte in one JSON document', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (all) => {
        using spill = new BlockSpill(1024);
        const shown = await play((surface) => jsonRenderer(surface, spill, ['true']), all);
        const document = JSON.parse(shown.stdout.toString());
        for (const [at, node] of nodes.entries()) {
          expect(document.nodes[at].node).toBe(node);
          expect(decode(document.nodes[at].stdout).equals(written(all, node, 'stdout'))).toBe(true);
          expect(decode(document.nodes[at].stderr).equals(written(all, node, 'stderr'))).toBe(true);
        }
      }),
    );
  });
});

function decode(encoded: { text?: string; base64?: string }): Buffer {
  return encoded.base64 === undefined
    ? Buffer.from(encoded.text ?? '')
    : Buffer.from(encoded.base64, 'base64');
}
