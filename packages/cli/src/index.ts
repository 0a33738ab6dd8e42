// Public surface of cli: what the faces of the tools share.
export { completeWords } from './completion/complete-words.ts';
export { renderCompletion, type Shell, shells } from './completion/render-completion.ts';
export { parseDuration } from './flags/duration.ts';
export { defineFlags, type Flag, type FlagTable, type FlagValues } from './flags/flag-table.ts';
export { parseFlags } from './flags/parse-flags.ts';
export { type SelectionValues, selectionOf } from './flags/selection-of.ts';
export { connectionFlags, outputFlags, selectionFlags } from './flags/shared-flags.ts';
export { type FlagToken, type SplitArgv, splitArgv } from './flags/split-argv.ts';
export { renderHelp } from './help/render-help.ts';
export { formatBytes, formatDuration, formatRate } from './output/format-quantity.ts';
export { neutralise } from './output/neutralise.ts';
export { type Column, renderTable } from './output/render-table.ts';
export { flush, writeAll } from './output/write-all.ts';
export { writeJson, writeNdjson } from './output/write-json.ts';
export { askSecret } from './prompt/ask-secret.ts';
export { type Confirmation, confirm } from './prompt/confirm.ts';
export { passphrasePrompt } from './prompt/passphrase-prompt.ts';
export { type FlagSnapshot, flagSnapshot } from './reference/flag-snapshot.ts';
export { renderManPage } from './reference/man-page.ts';
export { renderMarkdown } from './reference/markdown.ts';
export { notTooMany, selectNodes } from './selection/select-nodes.ts';
export { type KnownNodes, strangers } from './selection/strangers.ts';
export { type FinalCount, renderFinalLine } from './status/final-line.ts';
export { createStatusBlock, type StatusBlock, type StatusSource } from './status/status-block.ts';
export { displayWidth, pad, truncate, wrap } from './terminal/display-width.ts';
export { type ColorLevel, type ColorWish, colorLevel } from './theme/color-level.ts';
export { createTheme, plainTheme } from './theme/create-theme.ts';
export type { Theme } from './theme/theme.ts';
export { openCommandInventory } from './tool/open-command-inventory.ts';
export { type ProcessLike, type RunToolOptions, runTool } from './tool/run-tool.ts';
export {
  type CommandContext,
  type CommandInput,
  defineVerb,
  type Example,
  ExitCode,
  type Operands,
  type Terminal,
  type Tool,
  type TypedFlag,
  type Verb,
} from './tool/tool.ts';
