import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, openDatabase } from './open-database.ts';
import { openForReading } from './open-for-reading.ts';

const first = 'CREATE TABLE note (text TEXT)';
const second = "ALTER TABLE note ADD COLUMN author TEXT; UPDATE note SET author = 'unknown'";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-db-'));
  path = join(folder, 'state', 'notes.db');
});
afterEach(() => rm(folder, { recursive: true }));

async function writeNote(): Promise<void> {
  using database = await openDatabase(path, [first]);
  database.exec("INSERT INTO note VALUES ('hello')");
}

describe('opening a database', () => {
  it('creates it and its folder for the owner alone', async () => {
    await writeNote();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'state'))).mode & 0o777).toBe(0o700);
  });

  it('runs each migration once, on what is already there', async () => {
    await writeNote();
    (await openDatabase(path, [first, second])).close();
    using database = await openDatabase(path, [first, second]);
    expect({ ...database.prepare('SELECT * FROM note').get() }).toEqual({ text: 'hello', author: 'unknown' });
  });

  it('keeps the old content when a migration fails', async () => {
    await writeNote();
    await expect(openDatabase(path, [first, 'DROP TABLE note; SELECT * FROM missing'])).rejects.toThrow(
      'missing',
    );
    using database = await openDatabase(path, [first]);
    expect(database.prepare('SELECT count(*) AS n FROM note').get()?.['n']).toBe(1);
  });

  it('refuses a file of a newer release', async () => {
    (await openDatabase(path, [first, second])).close();
    await expect(openDatabase(path, [first])).rejects.toMatchObject({ code: 'state-newer' });
    expect(() => openForReading(path, 1)).toThrow('format 2, this one knows 1');
  });

  it('says how to get rid of a damaged file', async () => {
    await writeNote();
    await writeFile(path, 'x'.repeat(8192));
    await expect(openDatabase(path, [first])).rejects.toMatchObject({
      code: 'state-corrupt',
      hint: `move it away, a new one is made: mv ${path} ${path}.broken`,
    });
  });

  it('rolls a failed transaction back', async () => {
    using database = await openDatabase(path, [first]);
    expect(() =>
      inTransaction(database, () => {
        database.exec("INSERT INTO note VALUES ('lost')");
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(database.prepare('SELECT count(*) AS n FROM note').get()?.['n']).toBe(0);
  });
});

describe('opening for reading', () => {
  it('gives nothing, and makes nothing, where there is no file', async () => {
    expect(openForReading(path, 1)).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it('reads without leaving a trace', async () => {
    await writeNote();
    using database = openForReading(path, 1);
    expect(database?.prepare('SELECT text FROM note').get()?.['text']).toBe('hello');
    expect(await readdir(join(folder, 'state'))).toEqual(['notes.db']);
  });

  it('sees what a writer that is still open has committed', async () => {
    using writer = await openDatabase(path, [first]);
    writer.exec("INSERT INTO note VALUES ('fresh')");
    using reader = openForReading(path, 1);
    expect(reader?.prepare('SELECT text FROM note').get()?.['text']).toBe('fresh');
  });
});
