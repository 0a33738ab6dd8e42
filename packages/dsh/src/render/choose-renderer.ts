// From the display flags to the renderers of a run.
import type { DshFlags } from '../flags/dsh-flags.ts';
import type { BlockSpill } from '../gather/block-spill.ts';
import { diffRenderer } from './diff-renderer.ts';
import { endingsRenderer } from './endings-renderer.ts';
import { type FolderOptions, folderRenderer } from './folder-renderer.ts';
import { gatheredRenderer } from './gathered-renderer.ts';
import { jsonRenderer } from './json-renderer.ts';
import { lineByLineRenderer } from './line-by-line-renderer.ts';
import { liveRenderer } from './live-renderer.ts';
import { ndjsonRenderer } from './ndjson-renderer.ts';
import { type Renderer, type Streams, type Surface, together } from './renderer.ts';

export type DisplayFlags = Pick<
  DshFlags,
  | 'gather'
  | 'gather-all'
  | 'line-by-line'
  | 'diff'
  | 'live'
  | 'no-prefix'
  | 'out-dir'
  | 'err-dir'
  | 'json'
  | 'ndjson'
  | 'quiet'
  | 'verbose'
>;

export interface DisplayedRun {
  readonly flags: DisplayFlags;
  readonly nodes: readonly string[];
  /** Shell texts, for --json. */
  readonly commands: readonly string[];
  readonly align: boolean;
}

export function chooseRenderer(surface: Surface, spill: BlockSpill, run: DisplayedRun): Renderer {
  const { flags } = run;
  const renderers: Renderer[] = [];
  const folders = outputFolders(flags);
  if (folders.stderr !== undefined) renderers.push(folderRenderer(folders));
  if (flags.json) renderers.push(jsonRenderer(surface, spill, run.commands));
  else if (flags.ndjson) renderers.push(ndjsonRenderer(surface));
  else renderers.push(...forPeople(surface, spill, run));
  return together(renderers);
}

/** Where answers are written as files. */
export function outputFolders(flags: Pick<DisplayFlags, 'out-dir' | 'err-dir'>): FolderOptions {
  return { stdout: flags['out-dir'], stderr: flags['err-dir'] ?? flags['out-dir'] };
}

function forPeople(surface: Surface, spill: BlockSpill, { flags, nodes, align }: DisplayedRun): Renderer[] {
  const prefix = !flags['no-prefix'];
  const gathered = gatheredStreams(flags);
  const live = liveStreams(flags, gathered);
  const renderers: Renderer[] = [];
  if (live !== undefined) {
    const width = align ? widthOf(nodes) : 0;
    renderers.push(liveRenderer(surface, { streams: live, prefix, width, alone: nodes.length === 1 }));
    if (!flags.quiet) renderers.push(endingsRenderer(surface, { verbose: flags.verbose > 0 }));
  }
  if (gathered !== undefined) {
    const options = { streams: gathered, prefix };
    if (flags.diff) renderers.push(diffRenderer(surface, spill, options));
    else if (flags['line-by-line']) renderers.push(lineByLineRenderer(surface, spill, options));
    else renderers.push(gatheredRenderer(surface, spill, options));
  }
  return renderers;
}

function gatheredStreams(flags: DisplayFlags): Streams | undefined {
  if (flags['gather-all']) return 'both';
  return flags.gather || flags['line-by-line'] || flags.diff ? 'stdout' : undefined;
}

/** What is neither gathered nor written to files comes live; with --live all of it. */
function liveStreams(flags: DisplayFlags, gathered: Streams | undefined): Streams | undefined {
  const stdout = flags.live || (gathered === undefined && flags['out-dir'] === undefined);
  const stderr = flags.live || (gathered !== 'both' && (flags['err-dir'] ?? flags['out-dir']) === undefined);
  if (stdout && stderr) return 'both';
  return stdout ? 'stdout' : stderr ? 'stderr' : undefined;
}

/** One very long name must not push all the text off the screen. */
function widthOf(nodes: readonly string[]): number {
  return Math.min(
    32,
    nodes.reduce((width, node) => Math.max(width, node.length), 0),
  );
}
