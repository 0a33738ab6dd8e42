// ssh2's client of an agent by itself (see transport/ssh2/ssh2-client.ts).
import type { OpenSSHAgent as Ssh2Agent } from 'ssh2';
// @ts-expect-error -- the types describe the index only
import agents from 'ssh2/lib/agent.js';

export const OpenSSHAgent: typeof Ssh2Agent = agents.OpenSSHAgent;
