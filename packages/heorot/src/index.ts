// Public surface of heorot: the umbrella tool.
export { tool } from './tool.ts';
