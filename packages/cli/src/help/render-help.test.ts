import { describe, expect, it } from 'vitest';
import { displayWidth } from '../terminal/display-width.ts';
import { remoteTool, verbTool } from '../testing/sample-tool.ts';
import { createTheme } from '../theme/create-theme.ts';
import { renderHelp } from './render-help.ts';

describe('help', () => {
  it('shows usage, description, flags under their headings and examples', () => {
    const help = renderHelp(remoteTool, '');
    const headings = help.split('\n').filter((line) => /^[A-Z]\w+$/.test(line));
    expect(headings).toEqual(['Nodes', 'Connection', 'Output', 'Other', 'Examples']);
    expect(help).toMatch(
      /^Usage: sample \[FLAGS\] COMMAND \[ARG\.\.\.\]\n\nRuns a command on many nodes\.\n\nAll after/,
    );
    expect(help).toContain('  -w, --nodes SET                 these nodes, as a node set (repeatable)\n');
    expect(help).toContain('(default: 64)');
    expect(help).toContain('-b, --[no-]gather');
    expect(help.endsWith('the kernel of each node\n')).toBe(true);
  });

  it('leaves hidden flags and verbs out', () => {
    expect(renderHelp(remoteTool, '')).not.toContain('--secret');
    expect(renderHelp(verbTool, '')).not.toContain('secret');
  });

  it('lists verbs with their summaries', () => {
    expect(renderHelp(verbTool, '')).toBe(`Usage: verbs VERB [FLAGS] ...

Answers questions about nodes.

Verbs
  fold      fold names
  lab up    start the lab
  lab down  end the lab

More about a verb: verbs VERB --help
`);
  });

  it('lists the tools that a tool runs by name', () => {
    const umbrella = { ...verbTool, tools: [{ name: 'dsh', summary: 'runs a command' }] };
    const help = renderHelp(umbrella, '');
    expect(help).toMatch(/^Usage: verbs TOOL \.\.\.\n {7}verbs VERB \[FLAGS\] \.\.\.\n/);
    expect(help).toContain('\nTools\n  dsh  runs a command\n\nVerbs\n');
    expect(help.endsWith('More about a tool or a verb: verbs NAME --help\n')).toBe(true);
    expect(renderHelp(umbrella, 'fold')).not.toContain('Tools');
  });

  it.each([40, 50, 60, 80, 100, 120])('fits a terminal of %d columns', (width) => {
    for (const help of [renderHelp(remoteTool, '', { width }), renderHelp(verbTool, '', { width })]) {
      const lines = help
        .split('\n')
        .filter((line) => !line.startsWith('Usage') && !/^ +\S+ ?\S* ?\S+$/.test(line));
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
    }
  });

  it('says the same in colour', async () => {
    const coloured = renderHelp(remoteTool, '', { theme: await createTheme(1) });
    expect(coloured).toContain('\u001b[1mNodes\u001b[22m');
    // oxlint-disable-next-line no-control-regex -- the colours are taken out again
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderHelp(remoteTool, ''));
  });
});
