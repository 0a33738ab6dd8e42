// Questions that scripts on nodes ask of a person; the same question of many nodes is answered once.
import type { DatabaseSync } from 'node:sqlite';
import { numberIn, type Row, textIn } from './deployment-rows.ts';

export interface Question {
  readonly id: number;
  readonly deployment: number;
  readonly question: string;
  readonly answer: string | undefined;
  readonly asked: number;
}

export interface QuestionStore {
  /** The same question of the same deployment has one id: a node that asks again after a restart is not a second one. */
  ask(deployment: number, question: string, now: number): number;
  question(id: number): Question | undefined;
  /** Open ones, the oldest first. */
  open(): readonly Question[];
  /** Answers all that ask the same. @returns how many */
  answer(question: string, answer: string): number;
}

export function questionStore(database: DatabaseSync): QuestionStore {
  return {
    ask: (deployment, question, now) => {
      const present = database
        .prepare('SELECT id FROM questions WHERE deployment = ? AND question = ?')
        .get(deployment, question);
      if (present !== undefined) return numberIn(present, 'id');
      const made = database
        .prepare('INSERT INTO questions (deployment, question, asked) VALUES (?, ?, ?)')
        .run(deployment, question, now);
      return Number(made.lastInsertRowid);
    },
    question: (id) => database.prepare('SELECT * FROM questions WHERE id = ?').all(id).map(questionOf)[0],
    open: () =>
      database
        .prepare(
          'SELECT questions.* FROM questions JOIN deployments ON deployments.id = deployment WHERE answer IS NULL AND deployments.ended IS NULL ORDER BY asked, questions.id',
        )
        .all()
        .map(questionOf),
    answer: (question, answer) =>
      Number(
        database
          .prepare('UPDATE questions SET answer = ? WHERE question = ? AND answer IS NULL')
          .run(answer, question).changes,
      ),
  };
}

function questionOf(row: Row): Question {
  const { answer } = row;
  return {
    id: numberIn(row, 'id'),
    deployment: numberIn(row, 'deployment'),
    question: textIn(row, 'question'),
    answer: typeof answer === 'string' ? answer : undefined,
    asked: numberIn(row, 'asked'),
  };
}
