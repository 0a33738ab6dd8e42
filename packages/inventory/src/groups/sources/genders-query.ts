// The query language of nodeattr(1): `a`, `a=val`, `a&&b`, `a||b`, `a--b`, `~a`, parentheses; strictly left to right.
import { HeorotError } from '../../error/heorot-error.ts';

/** The nodes that have an attribute (`io`), or have it with a value (`role=io`). */
export type AttributeLookup = (attribute: string) => ReadonlySet<string>;

/**
 * Answers a query. `~` binds to what follows it; the other operators have no precedence, as in genders' own tools.
 *
 * @throws HeorotError `genders-query-syntax` with the offset
 */
export function evaluateQuery(
  query: string,
  all: ReadonlySet<string>,
  nodesWith: AttributeLookup,
): ReadonlySet<string> {
  const tokens = tokenize(query);
  let at = 0;

  function expression(): ReadonlySet<string> {
    let nodes = operand();
    for (;;) {
      const operator = tokens[at];
      if (operator?.kind !== 'operator') return nodes;
      at++;
      const right = operand();
      if (operator.text === '||') nodes = nodes.union(right);
      else nodes = operator.text === '&&' ? nodes.intersection(right) : nodes.difference(right);
    }
  }

  function operand(): ReadonlySet<string> {
    const token = tokens[at++];
    if (token?.kind === 'attribute') return nodesWith(token.text);
    if (token?.text === '~') return all.difference(operand());
    if (token?.text === '(') {
      const nodes = expression();
      if (tokens[at++]?.text !== ')')
        throw fault(query, tokens[at - 1]?.offset ?? query.length, "missing ')'");
      return nodes;
    }
    throw fault(query, token?.offset ?? query.length, 'missing attribute');
  }

  const nodes = expression();
  const rest = tokens[at];
  if (rest) throw fault(query, rest.offset, `unexpected '${rest.text}'`);
  return nodes;
}

interface Token {
  readonly kind: 'operator' | 'sign' | 'attribute';
  readonly text: string;
  readonly offset: number;
}

function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  // A single `-`, `&` or `|` belongs to the attribute.
  const pattern = /\s*(?:(&&|\|\||--)|([~()])|((?:(?!&&|\|\||--)[^\s~()])+))/y;
  while (pattern.lastIndex < query.trimEnd().length) {
    const offset = pattern.lastIndex;
    const [, operator, sign, attribute] = pattern.exec(query) ?? [];
    if (operator !== undefined) tokens.push({ kind: 'operator', text: operator, offset });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, offset });
    else if (attribute !== undefined) tokens.push({ kind: 'attribute', text: attribute, offset });
    else throw fault(query, offset, 'unexpected character');
  }
  return tokens;
}

function fault(query: string, offset: number, what: string): HeorotError {
  return new HeorotError('genders-query-syntax', `genders query '${query}': ${what} at offset ${offset}`, {
    hint: 'a query is made of attr, attr=val, &&, ||, --, ~ and parentheses',
  });
}
