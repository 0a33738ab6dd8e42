// `--only` and `--skip` of an audit.
import { HeorotError } from '@heorot/inventory';
import { type CheckName, checkNames } from './finding.ts';

/** @throws HeorotError `usage` for a name that is no check, and when nothing is left */
export function chosenChecks(only: readonly string[], skip: readonly string[]): readonly CheckName[] {
  const [wanted, unwanted] = [namesOf(only), namesOf(skip)];
  const chosen = checkNames.filter(
    (name) => (wanted.length === 0 || wanted.includes(name)) && !unwanted.includes(name),
  );
  if (chosen.length > 0) return chosen;
  throw new HeorotError('usage', 'no check is left to do', { hint: `there are ${checkNames.join(', ')}` });
}

function namesOf(texts: readonly string[]): readonly CheckName[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const name = checkNames.find((each) => each === text.trim());
      if (name !== undefined) return name;
      throw new HeorotError('usage', `'${text}' is no check`, { hint: `there are ${checkNames.join(', ')}` });
    });
}
