// What stands before the cursor when the passphrase of a key is asked for.

/**
 * @param attempt counts from 1
 * @example passphrasePrompt('/home/a/.ssh/id', 2) // 'wrong passphrase; again, of /home/a/.ssh/id: '
 */
export function passphrasePrompt(path: string, attempt: number): string {
  return attempt === 1 ? `passphrase of ${path}: ` : `wrong passphrase; again, of ${path}: `;
}
