import { describe, expect, it } from 'vitest';
import { kickstartReference } from './kickstart-reference.ts';
import { commandNames } from './tables/all-commands.ts';

describe('docs/reference/kickstart.md', () => {
  it('is what the tables say (vitest --update writes it)', async () => {
    await expect(kickstartReference()).toMatchFileSnapshot('../../../../docs/reference/kickstart.md');
  });

  it('has every command', () => {
    const page = kickstartReference();
    expect(commandNames.filter((name) => name !== 'partition' && !page.includes(`### \`${name}\``))).toEqual(
      [],
    );
  });
});
