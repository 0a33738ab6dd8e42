// HTML by template: everything that is put into it is escaped, unless it is itself markup. Node names, serial numbers, kernel lines
// and error texts come from nodes: none of them may become a tag.

export interface Markup {
  readonly kind: 'markup';
  readonly text: string;
}

type Piece = Markup | string | number | null | readonly Piece[];

/** @example markup`<td title="${reason}">${node}</td>` */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let text = strings[0] ?? '';
  for (const [at, piece] of pieces.entries()) text += shown(piece) + (strings[at + 1] ?? '');
  return { kind: 'markup', text };
}

function shown(piece: Piece): string {
  if (piece === null) return '';
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return String(piece);
  return isMarkup(piece) ? piece.text : piece.map(shown).join('');
}

function isMarkup(piece: Markup | readonly Piece[]): piece is Markup {
  return 'kind' in piece;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also for attributes in quotes. Control characters, which no HTML may hold, become U+FFFD; so do marks that turn text around. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) =>
      character === '\n' || character === '\t' ? character : '\ufffd',
    );
}

export const nothing: Markup = { kind: 'markup', text: '' };
