// The formats of other tools that can be read and written.

/** `ansible` reads either notation by the file's ending, and writes INI. */
export const FORMATS = [
  'genders',
  'ansible',
  'ansible-yaml',
  'hosts',
  'dsh',
  'clustershell',
  'machine-file',
  'prometheus',
] as const;
export type Format = (typeof FORMATS)[number];
