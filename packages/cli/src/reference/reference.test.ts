import { expect, it } from 'vitest';
import { remoteTool, verbTool } from '../testing/sample-tool.ts';
import { flagSnapshot } from './flag-snapshot.ts';
import { renderManPage } from './man-page.ts';
import { renderMarkdown } from './markdown.ts';

it('the man page has the sections of man-pages(7) in their order', () => {
  const page = renderManPage(remoteTool, { version: '1.2.3' });
  const sections = page
    .split('\n')
    .filter((line) => line.startsWith('.SH'))
    .map((line) => line.slice(4));
  expect(sections).toEqual([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'OPTIONS',
    'EXAMPLES',
    'EXIT STATUS',
    'FILES',
    'SEE ALSO',
  ]);
  expect(page).toContain('.TH SAMPLE 1 "" "Heorot 1.2.3" "Heorot"');
});

it('what is typed stays as typed: dashes, quotes, carets, backslashes, leading dots', () => {
  const page = renderManPage(remoteTool, { version: '1' });
  expect(page).toContain('\\fBsample \\-g compute \\(aquname \\-r\\(aq\\fR');
  expect(page).toContain('\\&.hidden looks like a request; n[1\\-8]\\(han2 and back\\eslash stay as typed.');
  expect(page).not.toMatch(/^\.hidden/m);
});

it('a tool with verbs has a section for each', () => {
  const page = renderManPage(verbTool, { version: '1' });
  expect(page.match(/^\.SS .*$/gm)).toEqual([
    '.SS "verbs fold"',
    '.SS "verbs lab up"',
    '.SS "verbs lab down"',
  ]);
});

it('the reference page holds every visible flag and no hidden one', () => {
  const page = renderMarkdown(remoteTool);
  expect(page).toContain('| `-w, --nodes SET` | these nodes, as a node set (repeatable). A node set such as');
  expect(page).toContain('Also `--dshbak`, `-B`.');
  expect(page).not.toContain('--secret');
  expect(renderMarkdown(verbTool)).toContain('| [`verbs lab up`](#verbs-lab-up) | start the lab |');
});

it('the tools that a tool runs by name are in man page and reference page', () => {
  const umbrella = { ...verbTool, tools: [{ name: 'dsh', summary: 'runs a command' }] };
  expect(renderManPage(umbrella, { version: '1' })).toContain('.SH TOOLS\n.TP\n.B dsh\nRuns a command.\n');
  expect(renderMarkdown(umbrella)).toContain('| [`dsh`](dsh.md) | runs a command |');
});

it('a cell cannot break its table', () => {
  const tool = { ...verbTool, files: [{ path: 'a|b', summary: 'x | y' }] };
  expect(renderMarkdown(tool)).toContain('| `a\\|b` | x \\| y |');
});

it('the snapshot names every verb and flag, hidden ones included', () => {
  expect(flagSnapshot(verbTool)).toMatchObject({
    fold: { operands: 'any', flags: ['--autostep N (text)', '--format FORMAT (text|json)'] },
    'lab up': { operands: 'none', flags: [] },
    secret: { operands: 'none' },
  });
  expect(flagSnapshot(remoteTool)['']?.flags).toContain('-b --gather --dshbak -B (switch)');
});
