// The head as the service and the verbs see it: its folder, its key, and the tables of its database.
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, openForReading } from '@heorot/state';
import { type AdmissionStore, admissionStore } from '../deploy/admission-store.ts';
import { type DeploymentStore, deploymentStore } from '../deploy/deployment-store.ts';
import { type QuestionStore, questionStore } from '../deploy/question-store.ts';
import { migrations } from '../deploy/schema.ts';
import { defaultSteps, type StepTable } from '../deploy/step-table.ts';
import { type MachineStore, machineStore } from '../enrol/machine-store.ts';
import { type HeadFolder, type HeadKey, headFolder, openHeadKey } from '../protocol/head-folder.ts';
import { type BootTargetStore, bootTargetStore } from './boot-target-store.ts';
import { type NoticeStore, noticeStore } from './notice-store.ts';

export interface HeadTables {
  readonly deployments: DeploymentStore;
  readonly admissions: AdmissionStore;
  readonly questions: QuestionStore;
  readonly machines: MachineStore;
  readonly targets: BootTargetStore;
  readonly notices: NoticeStore;
}

export interface Head extends HeadTables, Disposable {
  readonly folder: HeadFolder;
  readonly key: HeadKey;
}

/** Opens the head for writing; makes its folder, key and database on first use. @throws StateError `state-*` */
export async function openHead(path: string, steps: StepTable = defaultSteps): Promise<Head> {
  const folder = headFolder(path);
  const database = await openDatabase(folder.database, migrations);
  try {
    const key = await openHeadKey(folder);
    return { folder, key, ...tablesOf(database, steps), [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The tables for verbs that write nothing; `undefined` where no head has been used yet. */
export function readHead(path: string): (HeadTables & Disposable) | undefined {
  const database = openForReading(headFolder(path).database, migrations.length);
  return database === undefined
    ? undefined
    : { ...tablesOf(database, defaultSteps), [Symbol.dispose]: () => database.close() };
}

function tablesOf(database: DatabaseSync, steps: StepTable): HeadTables {
  return {
    deployments: deploymentStore(database, steps),
    admissions: admissionStore(database),
    questions: questionStore(database),
    machines: machineStore(database),
    targets: bootTargetStore(database),
    notices: noticeStore(database),
  };
}
