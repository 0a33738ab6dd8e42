// Public surface of inventory: node sets, groups and the cluster file.
export type { Inventory, Selection } from './cluster-file/inventory.ts';
export type { BmcRecord, NodeRecord, NodeSettings, TransportName } from './cluster-file/node-record.ts';
export { HeorotError, type HeorotErrorOptions } from './error/heorot-error.ts';
export { type HostName, isHostName, parseHostName } from './host-name/host-name.ts';
export { evaluate } from './node-set/evaluate.ts';
export type { Expression, Operand, Operator, Term } from './node-set/expression.ts';
export { type Autostep, type FoldOptions, parseAutostep } from './node-set/fold-options.ts';
export type { GroupLookup } from './node-set/group-lookup.ts';
export { NodeSet } from './node-set/node-set.ts';
export { parseExpression } from './node-set/parse-expression.ts';
export { NodeSetSyntaxError } from './node-set/syntax-error.ts';
export { RangeSet } from './range-set/range-set.ts';
export { didYouMean, suggest } from './suggestion/suggest.ts';
