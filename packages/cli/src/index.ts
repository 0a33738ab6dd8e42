// Public surface of cli: what the faces of the tools share.
export type { Flag, FlagTable, FlagValues } from './flags/flag-table.ts';
export type { Theme } from './theme/theme.ts';
export { type CommandContext, type CommandInput, type Example, ExitCode, type Operands, type Terminal, type Tool, type Verb } from './tool/tool.ts';
