// Text to syntax tree: `node[1-4],@compute!*-ib?`. What an operand may be: parse-operand.ts.
import type { Expression, Operator, Term } from './expression.ts';
import { foreignHint } from './foreign-forms.ts';
import { parseOperand } from './parse-operand.ts';
import { NodeSetSyntaxError } from './syntax-error.ts';

/**
 * Reads a node-set expression; nothing but blanks is an expression without terms.
 * @throws NodeSetSyntaxError
 * @example parseExpression('node[1-4]!@down').terms[1].operator // '!'
 */
export function parseExpression(text: string): Expression {
  try {
    return { text, terms: termsOf(text) };
  } catch (error) {
    if (!(error instanceof NodeSetSyntaxError)) throw error;
    const hint = foreignHint(text.slice(error.offset));
    throw hint === undefined ? error : error.with({ hint });
  }
}

function termsOf(text: string): readonly Term[] {
  const terms: Term[] = [];
  if (text.trim() === '') return terms;
  let operator: Operator = ',';
  let start = 0;
  while (start <= text.length) {
    const end = endOfOperand(text, start);
    terms.push({
      operator,
      operand: operandBetween(text, start, end, terms.length === 0 ? undefined : operator),
    });
    operator = operatorAt(text, end);
    start = end + 1;
  }
  return terms;
}

function operandBetween(
  text: string,
  start: number,
  end: number,
  after: Operator | undefined,
): Term['operand'] {
  const written = text.slice(start, end);
  const operand = written.trim();
  const offset = start + written.length - written.trimStart().length;
  if (operand !== '') return parseOperand(text, operand, offset);
  const where = after === undefined ? `before '${operatorAt(text, end)}'` : `after '${after}'`;
  throw new NodeSetSyntaxError(
    text,
    after === undefined ? end : start,
    `missing operand ${where}`,
    'write a name, a range or a group there',
  );
}

function operatorAt(text: string, at: number): Operator {
  const character = text[at];
  return character === '!' || character === '&' || character === '^' ? character : ',';
}

/** The next operator outside brackets, or the end of the text. */
function endOfOperand(text: string, start: number): number {
  const stop = /[,!&^[]/g;
  stop.lastIndex = start;
  for (let match = stop.exec(text); match; match = stop.exec(text)) {
    if (match[0] !== '[') return match.index;
    const close = text.indexOf(']', match.index);
    if (close < 0)
      throw new NodeSetSyntaxError(
        text,
        text.length,
        "missing ']'",
        `close the bracket of offset ${match.index}`,
      );
    stop.lastIndex = close + 1;
  }
  return text.length;
}
