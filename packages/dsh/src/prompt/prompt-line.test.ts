import { describe, expect, test } from 'vitest';
import { parsePromptLine } from './prompt-line.ts';

describe('a line at the prompt', () => {
  test.each([
    ['uname -r', { kind: 'remote', command: 'uname -r' }],
    ["  echo ':nodes' !x  ", { kind: 'remote', command: "echo ':nodes' !x" }],
    ['!ls -l', { kind: 'local', command: 'ls -l' }],
    ['! ls', { kind: 'local', command: 'ls' }],
    ['!', { kind: 'empty' }],
    ['', { kind: 'empty' }],
    ['   ', { kind: 'empty' }],
    ['# a note', { kind: 'empty' }],
    [':nodes', { kind: 'directive', name: 'nodes', argument: '' }],
    [':nodes @compute!n2', { kind: 'directive', name: 'nodes', argument: '@compute!n2' }],
    [':nodes -n3', { kind: 'directive', name: 'nodes', argument: '-n3' }],
    [':quit', { kind: 'directive', name: 'quit', argument: '' }],
    [':gathr', { kind: 'unknown', name: 'gathr', hint: "did you mean 'gather'?" }],
    [':', { kind: 'unknown', name: '', hint: 'try :help' }],
    [':toString', { kind: 'unknown', name: 'toString', hint: 'try :help' }],
  ])('%j', (line, meaning) => {
    expect(parsePromptLine(line)).toEqual(meaning);
  });
});
