// Public surface of dsh.
export { tool } from './tool.ts';
