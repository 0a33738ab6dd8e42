// Public surface of inventory: node sets, groups and the cluster file.
export { type Facts, type NodeFacts, readFacts, setNodeFacts, writeFacts } from './cluster-file/facts.ts';
export type { Inventory, Selection } from './cluster-file/inventory.ts';
export { parseMac } from './cluster-file/mac-address.ts';
export { recordMac, recordMacs } from './cluster-file/macs-file.ts';
export {
  type BmcRecord,
  type NodeRecord,
  type NodeSettings,
  type TransportName,
  transportNames,
} from './cluster-file/node-record.ts';
export { type OpenInventoryOptions, openInventory } from './cluster-file/open-inventory.ts';
export { readBmcPassword } from './cluster-file/read-bmc-password.ts';
export { HeorotError, type HeorotErrorOptions } from './error/heorot-error.ts';
export { exportInventory } from './exchange/export-inventory.ts';
export { FORMATS, type Format } from './exchange/format.ts';
export { importInventory } from './exchange/import-inventory.ts';
export type { NamedText } from './exchange/portable-inventory.ts';
export { naturalOrder } from './groups/natural-order.ts';
export { type HostName, isHostName, parseHostName } from './host-name/host-name.ts';
export { evaluate } from './node-set/evaluate.ts';
export type { Expression, Operand, Operator, Term } from './node-set/expression.ts';
export { type Autostep, type FoldOptions, parseAutostep, parseAxis } from './node-set/fold-options.ts';
export type { GroupLookup } from './node-set/group-lookup.ts';
export { NodeSet } from './node-set/node-set.ts';
export { parseExpression } from './node-set/parse-expression.ts';
export { NodeSetSyntaxError } from './node-set/syntax-error.ts';
export { RangeSet } from './range-set/range-set.ts';
export { didYouMean, suggest } from './suggestion/suggest.ts';
