// A hall of fake machines for bench/clone: its own process, so that the memory and the time measured are the head's alone.
// argv: HEAD SIGNING_KEY_FILE COUNT FAULTS_PERCENT; ends when every machine has booted to its end; prints one JSON line.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootFakeNode, type Fault } from '../../packages/clone/src/testing/fake-node.ts';
import { macOf, oneDisk } from '../../packages/clone/src/testing/service-fixture.ts';

const [head = '', keyFile = '', count = '0', faultsPercent = '0'] = process.argv.slice(2);
const signingKey = createPublicKey(readFileSync(keyFile));
const nodes = Array.from({ length: Number(count) }, (_, at) => `n${at + 1}`);
const every =
  Number(faultsPercent) === 0 ? Number.POSITIVE_INFINITY : Math.round(100 / Number(faultsPercent));

const endings = await Promise.all(
  nodes.map(async (node, at) => {
    // The cards of a hall do not come up in the same millisecond.
    await sleep((at * 20_000) / nodes.length);
    const faults: readonly Fault[] =
      (at + 1) % every === 0 ? [{ kind: 'fails', phase: 'check', code: 'disk-changed', times: 1 }] : [];
    const ending = await bootFakeNode({
      head,
      mac: macOf(node),
      disks: oneDisk,
      signingKey,
      faults,
      pauseMs: 200,
    });
    return ending.kind;
  }),
);
process.stdout.write(
  `${JSON.stringify(
    Object.fromEntries(
      Map.groupBy(endings, (kind) => kind)
        .entries()
        .map(([kind, all]) => [kind, all.length]),
    ),
  )}\n`,
);
