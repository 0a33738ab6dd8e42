// What a person should hear of: another DHCP server, a token used twice, a range that is exhausted. Each once.
import type { DatabaseSync } from 'node:sqlite';
import { numberIn, textIn } from '../deploy/deployment-rows.ts';

export type NoticeKind = 'foreign-dhcp' | 'range-exhausted' | 'forged' | 'dnsmasq' | 'power' | 'console';

export interface Notice {
  readonly at: number;
  readonly kind: string;
  /** A node, a MAC or an address. */
  readonly subject: string;
  readonly text: string;
}

export interface NoticeStore {
  add(kind: NoticeKind, subject: string, text: string, now: number): void;
  /** The latest last. */
  since(at: number): readonly Notice[];
}

export function noticeStore(database: DatabaseSync): NoticeStore {
  const add = database.prepare(
    'INSERT INTO notices (at, kind, subject, text) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at',
  );
  return {
    add: (kind, subject, text, now) => void add.run(now, kind, subject, text),
    since: (at) =>
      database
        .prepare('SELECT * FROM notices WHERE at >= ? ORDER BY at, id')
        .all(at)
        .map((row) => ({
          at: numberIn(row, 'at'),
          kind: textIn(row, 'kind'),
          subject: textIn(row, 'subject'),
          text: textIn(row, 'text'),
        })),
  };
}
