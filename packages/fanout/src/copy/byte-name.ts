// File names as the bytes they are. A byte string holds one byte in each character (latin1), so that names compare
// and split like strings; `bytesOf` gives what the system wants.

/** A file name or path, one character a byte; not for showing. */
export type ByteName = string;

export const bytesOf = (name: ByteName): Buffer => Buffer.from(name, 'latin1');
export const nameOfBytes = (bytes: Uint8Array): ByteName => Buffer.from(bytes).toString('latin1');
export const nameOfText = (text: string): ByteName => nameOfBytes(Buffer.from(text, 'utf8'));
/** For people: invalid UTF-8 shows as `\ufffd`. */
export const shownName = (name: ByteName): string => bytesOf(name).toString('utf8');

/**
 * For a script: bytes that are no UTF-8 become lone surrogates (PEP 383), which `scriptForAnyShell` sends as octal
 * escapes.
 */
export function scriptText(name: ByteName): string {
  const text = bytesOf(name).toString('utf8');
  if (nameOfText(text) === name) return text;
  return name.replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}

export const parentOf = (path: ByteName): ByteName => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const lastPart = (path: ByteName): ByteName => path.slice(path.lastIndexOf('/') + 1);
export const joinNames = (...parts: readonly ByteName[]): ByteName =>
  parts.filter((part) => part !== '').join('/');

/** Tools that print names one a line escape these, each in its own way. */
export const isAwkward = (path: ByteName): boolean => /[\n\\]/.test(path);

/**
 * A path that stays below where it is put: no empty part, no `.` and `..`, no NUL. Whatever a node says passes here.
 */
export function staysBelow(path: ByteName): boolean {
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));
}
