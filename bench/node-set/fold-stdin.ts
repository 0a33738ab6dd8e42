// What `nodes` does with names on standard input, and nothing else: `fold`, `count`, `expand`, each with expressions united
// (`+SET`) or taken away (`-SET`) after that. Here to measure the library before its command line.
import { readFileSync, writeSync } from 'node:fs';
import { NodeSet } from '../../packages/inventory/src/index.ts';

const [action, ...changes] = process.argv.slice(2);
let set = NodeSet.from(lines(readFileSync(0, 'utf8')));
for (const change of changes) {
  const other = NodeSet.parse(change.slice(1));
  set = change.startsWith('-') ? set.difference(other) : set.union(other);
}
if (action === 'fold') writeSync(1, `${set.toString()}\n`);
else if (action === 'count') writeSync(1, `${set.size.toString()}\n`);
else expand();

function* lines(text: string): Generator<string> {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end > start) yield text.slice(start, end);
    start = end + 1;
  }
  if (start < text.length) yield text.slice(start);
}

function expand(): void {
  let page = '';
  for (const name of set) {
    page += `${name}\n`;
    if (page.length < 65_536) continue;
    writeSync(1, page);
    page = '';
  }
  writeSync(1, page);
}
