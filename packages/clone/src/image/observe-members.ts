// What an archive says of its own system as it passes: release, packages, answers given at installation.
import { type MachineFacts, readFacts } from '../capture/machine-facts.ts';
import type { TarMember } from './tar/tar-member.ts';

const sections: Readonly<Record<string, string>> = {
  'etc/os-release': 'release',
  'usr/lib/os-release': 'release',
  'var/lib/dpkg/status': 'dpkg',
  'var/cache/debconf/config.dat': 'debconf',
};
const longest = 64 * 1024 * 1024;

export interface Observer {
  through(members: AsyncIterable<TarMember>): AsyncGenerator<TarMember>;
  /** Once all have passed. */
  facts(): MachineFacts;
}

export function observeMembers(): Observer {
  const texts = new Map<string, string>();
  return {
    async *through(members) {
      for await (const member of members) {
        const section = sections[member.entry.path];
        if (section === undefined || member.entry.type !== 'file' || member.entry.size > longest)
          yield member;
        else {
          const chunks: Uint8Array[] = [];
          yield { ...member, content: copied(member.content, chunks) };
          const text = Buffer.concat(chunks).toString('utf8');
          texts.set(section, section === 'dpkg' ? installedPackages(text) : text);
        }
      }
    },
    facts: () => readFacts([...texts].map(([section, text]) => `\n@@ ${section}\n${text}`).join('')),
  };
}

async function* copied(content: AsyncIterable<Uint8Array>, chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    chunks.push(chunk);
    yield chunk;
  }
}

/** Paragraphs of dpkg's status as `NAME VERSION ARCHITECTURE`. */
function installedPackages(status: string): string {
  return status
    .split(/\n\n+/)
    .flatMap((paragraph) => {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1] ?? '';
      return field('Status') === 'install ok installed'
        ? [`${field('Package')} ${field('Version')} ${field('Architecture')}`]
        : [];
    })
    .join('\n');
}
