// A run as CSV (RFC 4180), one line for each node and engine; a node without engines has one line too.
import type { EngineResult, NodeResult, RunResult } from '../model/run-result.ts';
import { coverageOf } from './describe.ts';

const columns = [
  'run',
  'node',
  'serial',
  'rack',
  'verdict',
  'reason',
  'next',
  'phase',
  'engine',
  'variant',
  'ending',
  'bytes_tested',
  'passes',
  'cpu_seconds',
  'wall_seconds',
  'bytes_per_second',
  'findings',
  'corrected_errors',
  'uncorrected_errors',
  'coverage',
] as const;

type Cell = string | number | null;

export function renderCsv({ id, nodes }: RunResult): string {
  const rows = nodes.flatMap((node) =>
    node.engines.length === 0 ? [row(id, node, null)] : node.engines.map((engine) => row(id, node, engine)),
  );
  return [columns, ...rows].map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function row(run: string, node: NodeResult, engine: EngineResult | null): readonly Cell[] {
  const { dimms } = node.evidence;
  const sum = (of: 'corrected' | 'uncorrected'): number | null =>
    dimms?.reduce((all, dimm) => all + dimm[of], 0) ?? null;
  const [worst] = node.reasons;
  return [
    run,
    node.node,
    node.facts.serial,
    node.rack,
    node.verdict,
    worst?.text ?? null,
    worst?.next ?? null,
    engine?.phase ?? null,
    engine?.engine ?? null,
    engine?.variant ?? null,
    engine?.ending ?? null,
    engine?.bytesTested ?? null,
    engine?.passes ?? null,
    engine?.cpuSeconds ?? null,
    engine?.wallSeconds ?? null,
    engine?.bytesPerSecond ?? null,
    engine?.findingCount ?? null,
    sum('corrected'),
    sum('uncorrected'),
    coverageOf(node),
  ];
}

/** Unknown is an empty cell. A spreadsheet runs what begins with one of `= + - @`: text from nodes must not. */
function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const tame = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}
