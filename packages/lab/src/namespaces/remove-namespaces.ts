// Takes a namespaces lab off the machine: exactly the namespaces its record names, whoever made them has ended or not.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeCgroups } from './boot-script.ts';
import { signalNamespace } from './namespace-processes.ts';
import { runProgram } from './run-program.ts';

/** Records, before they are made, the namespaces of the lab in a folder. */
export async function recordNamespaces(folder: string, namespaces: readonly string[]): Promise<void> {
  await writeFile(recordPath(folder), `${namespaces.join('\n')}\n`, { mode: 0o600 });
}

/** Ends their processes and deletes the namespaces recorded in `folder`; the cables go with them. */
export async function removeNamespaces(folder: string): Promise<void> {
  const record = await readFile(recordPath(folder), 'utf8').catch(() => '');
  const ours = record.split('\n').filter((name) => /^heorot-1[89]-\d{1,3}(-n\d+)?$/.test(name));
  const existing = new Set(
    (await runProgram('ip', ['netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? ''),
  );
  for (const head of ours.map(headInterfaceOf).filter((name) => name !== undefined)) {
    // The kernel tears a namespace down in its own time; the cable's end on this machine must be gone when we return.
    await runProgram('ip', ['link', 'delete', head]).catch(() => {});
  }
  await Promise.all(
    ours
      .filter((name) => existing.has(name))
      .map(async (name) => {
        await signalNamespace(name, 'SIGKILL');
        await runProgram('ip', ['netns', 'delete', name]);
      }),
  );
  // A kernel without cgroup2 has none of them.
  await runProgram('unshare', ['--mount', 'sh', '-c', removeCgroups, 'sh', ...ours]).catch(() => {});
}

/** See lab-network.ts: the namespace of the switch is named after the same subnet. */
function headInterfaceOf(namespace: string): string | undefined {
  const subnet = /^heorot-(1[89]-\d{1,3})$/.exec(namespace)?.[1];
  return subnet && `heorot${subnet}`;
}

function recordPath(folder: string): string {
  return join(folder, 'namespaces');
}
