// The verb `image delete`: names go, and blobs that nothing else uses.
import { type CommandContext, confirm, ExitCode, formatBytes, writeAll } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { deleteImage, sweep } from '../care-for-layout.ts';
import { asOnlyWriter, readStore } from '../open-store.ts';

export async function deleteImages(
  operands: readonly string[],
  flags: { readonly yes: boolean; readonly 'dry-run': boolean },
  context: CommandContext,
): Promise<number> {
  if (operands.length === 0)
    throw new HeorotError('usage', 'no image is named', { hint: 'clone image list' });
  const store = await readStore(context.env);
  // By its full name alone: `base` could be another version tomorrow.
  const images = await Promise.all(operands.map((name) => store.read(name)));
  const names = images.map(({ name }) => name);
  const partial = operands.find((name) => !names.includes(name));
  if (partial !== undefined)
    throw new HeorotError('usage', `'${partial}' does not say which version`, {
      hint: `there are: ${store.names.join(', ')}`,
    });
  if (flags['dry-run']) {
    await writeAll(context.stdout, `would be deleted: ${names.join(' ')}\n`);
    return ExitCode.ok;
  }
  await confirm(context, {
    consequence: `this deletes ${names.join(' ')} from the image store`,
    expected: names.join(' '),
    yes: flags.yes,
    signal: context.signal,
  });
  const freed = await asOnlyWriter(store.layout, async () => {
    for (const name of names) await deleteImage(store.layout, name);
    return sweep(store.layout);
  });
  await writeAll(
    context.stdout,
    `deleted: ${names.join(' ')}; ${freed.length} blobs, ${formatBytes(freed.bytes)} freed\n`,
  );
  return ExitCode.ok;
}
