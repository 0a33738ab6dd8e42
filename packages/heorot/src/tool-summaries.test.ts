import { expect, it } from 'vitest';
import { tool } from './tool.ts';
import { toolSummaries } from './tool-summaries.ts';
import { toolLoaders } from './tools.ts';

it.each(Object.entries(toolLoaders))('heorot lists %s in its own words', async (name, load) => {
  const { tool: loaded } = await load();
  expect(tool.tools?.find((listed) => listed.name === name)).toEqual({ name, summary: loaded.summary });
});

it('heorot lists no other tools', () => {
  expect(Object.keys(toolSummaries)).toEqual(Object.keys(toolLoaders));
});
