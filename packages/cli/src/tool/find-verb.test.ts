import { describe, expect, it } from 'vitest';
import { remoteTool, verbTool } from '../testing/sample-tool.ts';
import { findVerb } from './find-verb.ts';
import type { Tool } from './tool.ts';

it.each([
  [['fold', 'n1'], 'fold', ['n1']],
  [['lab', 'up'], 'lab up', []],
  [['lab', 'down', 'x'], 'lab down', ['x']],
  [['secret'], 'secret', []],
])('%j is the verb %j', (argv, name, rest) => {
  expect(findVerb(verbTool, argv)).toMatchObject({ name, rest });
});

it('a tool without verbs takes all for itself', () => {
  expect(findVerb(remoteTool, ['uname', '-r'])).toMatchObject({ name: '', rest: ['uname', '-r'] });
  expect(findVerb(remoteTool, [])).toMatchObject({ name: '', rest: [] });
});

it.each([[[]], [['--cluster', 'x']]])('%j names no verb', (argv) => {
  expect(findVerb(verbTool, argv)).toBeUndefined();
});

describe('a tool that does something with and without a verb', () => {
  const both: Tool = { ...verbTool, verbs: { ...verbTool.verbs, ...remoteTool.verbs } };

  it.each([[[]], [['-b', 'n1']], [['n1', '-b']]])('%j names no verb', (argv) => {
    expect(findVerb(both, argv)).toMatchObject({ name: '', rest: argv });
  });

  it('leaves a command that resembles no verb to the verbless form', () => {
    expect(findVerb(both, ['uptime'])).toMatchObject({ name: '', rest: ['uptime'] });
  });

  it('takes a word that stands alone for a verb', () => {
    expect(() => findVerb(both, ['flod', 'n1'])).toThrow(
      expect.objectContaining({ message: "unknown verb 'flod'", hint: "did you mean 'fold'?" }),
    );
  });
});

describe('mistakes', () => {
  it.each([
    [['flod', 'n1'], "unknown verb 'flod'", "did you mean 'fold'?"],
    [['lap', 'up'], "unknown verb 'lap'", "did you mean 'lab'?"],
    [['xyzzy'], "unknown verb 'xyzzy'", 'verbs: fold, lab up, lab down'],
    [['constructor'], "unknown verb 'constructor'", 'verbs: fold, lab up, lab down'],
    [['lab'], "'lab' needs a verb", 'one of: up, down'],
    [['lab', 'dwn'], "unknown verb 'lab dwn'", "did you mean 'down'?"],
    [['lab', 'restart'], "unknown verb 'lab restart'", 'one of: up, down'],
  ])('%j: %s', (argv, message, hint) => {
    expect(() => findVerb(verbTool, argv)).toThrow(expect.objectContaining({ code: 'usage', message, hint }));
  });

  it('are held against the names of tools as well', () => {
    const umbrella = { ...verbTool, tools: [{ name: 'netmon', summary: '' }] };
    expect(() => findVerb(umbrella, ['netmom'])).toThrow(
      expect.objectContaining({ message: "unknown tool or verb 'netmom'", hint: "did you mean 'netmon'?" }),
    );
    expect(() => findVerb(umbrella, ['xyzzy'])).toThrow(
      expect.objectContaining({ hint: 'tools: netmon; verbs: fold, lab up, lab down' }),
    );
  });
});
