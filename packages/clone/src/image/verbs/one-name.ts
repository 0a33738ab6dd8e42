// The operand of verbs about one image.
import { HeorotError } from '@heorot/inventory';

/** @throws HeorotError `usage` */
export function oneName(operands: readonly string[], example: string): string {
  const [name, ...more] = operands;
  if (name === undefined || more.length > 0)
    throw new HeorotError('usage', name === undefined ? 'no image is named' : 'one image at a time', {
      hint: `${example}; see them all: clone image list`,
    });
  return name;
}
