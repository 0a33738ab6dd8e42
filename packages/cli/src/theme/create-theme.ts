// Which colours mean what. chalk is loaded only when there is colour.
import type { ChalkInstance } from 'chalk';
import type { ColorLevel } from './color-level.ts';
import type { Theme } from './theme.ts';

export async function createTheme(level: ColorLevel): Promise<Theme> {
  if (level === 0) return plainTheme;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  const palette = nodeStyles(chalk, level);
  return {
    enabled: true,
    node: chalk.cyan,
    good: chalk.green,
    bad: chalk.red,
    warning: chalk.yellow,
    dim: chalk.dim,
    strong: chalk.bold,
    added: chalk.green,
    removed: chalk.red,
    forNode: (node) => palette[hash(node) % palette.length] ?? chalk.cyan,
  };
}

function plain(text: string): string {
  return text;
}

export const plainTheme: Theme = {
  enabled: false,
  node: plain,
  good: plain,
  bad: plain,
  warning: plain,
  dim: plain,
  strong: plain,
  added: plain,
  removed: plain,
  forNode: () => plain,
};

/** Red is left out: it means bad. The 256-colour tones are legible on dark and on light ground. */
function nodeStyles(chalk: ChalkInstance, level: ColorLevel): readonly ((text: string) => string)[] {
  if (level === 1) return [chalk.cyan, chalk.green, chalk.yellow, chalk.blue, chalk.magenta];
  return [33, 35, 37, 67, 71, 98, 103, 107, 133, 136, 139, 173].map((tone) => chalk.ansi256(tone));
}

/** FNV-1a, 32 bits: neighbours such as n1 and n2 get different colours. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
