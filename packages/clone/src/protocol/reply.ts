// The first line of every answer under /v1/. README.md, "Replies".
import type { Phase } from './plan-step.ts';
import { line } from './words.ts';

export type Reply =
  | { readonly kind: 'ok'; readonly words: readonly string[] }
  | { readonly kind: 'wait'; readonly seconds: number }
  /** The plan anew from the beginning of this phase. */
  | { readonly kind: 'again'; readonly phase: Phase }
  | { readonly kind: 'end'; readonly how: 'reboot' | 'poweroff' | 'shell'; readonly text: string };

export function printReply(reply: Reply): string {
  switch (reply.kind) {
    case 'ok':
      return `${line('ok', ...reply.words)}\n`;
    case 'wait':
      return `${line('wait', reply.seconds)}\n`;
    case 'again':
      return `${line('again', reply.phase)}\n`;
    case 'end':
    default:
      return `${line('end', reply.how, reply.text)}\n`;
  }
}
