// The runner of tools alone, so that the bundle of a bin holds nothing else of cli.
export { runTool } from '@heorot/cli';
