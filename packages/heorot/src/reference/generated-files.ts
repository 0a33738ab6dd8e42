// Which files are made from the tools' tables, and what is in them; writing them is for write.ts.
import {
  flagSnapshot,
  renderCompletion,
  renderManPage,
  renderMarkdown,
  type Shell,
  shells,
  type Tool,
} from '@heorot/cli';

export interface GeneratedFile {
  /** Relative to the folder they are written to. */
  readonly path: string;
  readonly content: string;
}

/** What is checked in below docs/reference/. */
export function documentationFiles(tools: readonly Tool[]): readonly GeneratedFile[] {
  const snapshot = Object.fromEntries(tools.map((tool) => [tool.name, flagSnapshot(tool)]));
  return [
    ...tools.map((tool) => ({ path: `${tool.name}.md`, content: renderMarkdown(tool) })),
    { path: 'flags.json', content: `${JSON.stringify(snapshot, null, 2)}\n` },
  ];
}

/** What is made at each build, for packages and `heorot install`. */
export function assetFiles(tools: readonly Tool[], version: string): readonly GeneratedFile[] {
  return tools.flatMap((tool) => [
    { path: `man/${tool.name}.1`, content: renderManPage(tool, { version }) },
    ...shells.map((shell) => ({
      path: `completion/${shell}/${completionFileName(tool.name, shell)}`,
      content: renderCompletion(tool, shell),
    })),
  ]);
}

/** The names under which the shells look for them. */
export function completionFileName(tool: string, shell: Shell): string {
  const names = { bash: tool, zsh: `_${tool}`, fish: `${tool}.fish` };
  return names[shell];
}
