// The tools of the house by name, each loaded only when it is wanted.
import type { Tool } from '@heorot/cli';

export const toolLoaders: Readonly<Record<string, () => Promise<{ readonly tool: Tool }>>> = {
  dsh: () => import('@heorot/dsh'),
  nodes: () => import('@heorot/nodes'),
  netmon: () => import('@heorot/netmon'),
  'memtest-runner': () => import('@heorot/memtest-runner'),
  clone: () => import('@heorot/clone'),
};

/** The names under which they are installed, the umbrella's included. */
export const toolNames: readonly string[] = [...Object.keys(toolLoaders), 'heorot'];

/** All of them and the umbrella itself, in the order in which docs name them. */
export async function allTools(): Promise<readonly Tool[]> {
  const loaded = await Promise.all(Object.values(toolLoaders).map((load) => load()));
  const { tool: heorot } = await import('./tool.ts');
  return [...loaded.map(({ tool }) => tool), heorot];
}
