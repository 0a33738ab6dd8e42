// Public surface of nodes: the tool.
export { tool } from './tool.ts';
