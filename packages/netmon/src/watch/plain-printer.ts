// Lines for people: the node's traffic, what happened, alerts. Each begins with the time on this machine and the node.
import type { AlertChange } from '../alert/alert-watch.ts';
import type { NodeSample, Sample } from '../model/sample.ts';
import { printable } from '../units/printable.ts';
import { percentText, rateText, shortNumber, type Units } from '../units/quantity.ts';
import type { Printer } from './printer.ts';

/** Never 0 and never the last value. */
const unknown = '?';

export function plainPrinter(units: Units): Printer {
  return {
    begin: '',
    samples: (samples) =>
      samples
        .filter(isRatedNode)
        .map((sample) => `${sampleText(sample, units)}\n`)
        .join(''),
    event: ({ time, node, event, detail }) =>
      event === 'first-reading' ? '' : `${clock(time)} ${node} ${event}: ${printable(detail)}\n`,
    alert: (change) => `${alertText(change)}\n`,
  };
}

/** `12:00:05 n7 ALERT rx > 9Gbit/s for 5s on eth0 (since 12:00:00)` */
export function alertText({ change, alert, node, interface: on, time, since }: AlertChange): string {
  const where = on === null ? '' : ` on ${printable(on)}`;
  const what = change === 'raised' ? 'ALERT' : 'alert over:';
  return `${clock(time)} ${node} ${what} ${alert}${where} (since ${clock(since)})`;
}

function sampleText(sample: NodeSample, units: Units): string {
  const parts = [
    `rx ${rateText(sample.rxBytesPerSecond, units, unknown)}`,
    `tx ${rateText(sample.txBytesPerSecond, units, unknown)}`,
    `packets ${shortNumber(sample.rxPacketsPerSecond, unknown)}/s in ${shortNumber(sample.txPacketsPerSecond, unknown)}/s out`,
    ...((sample.rxErrorsPerSecond ?? 0) + (sample.txErrorsPerSecond ?? 0) > 0
      ? [`errors ${shortNumber((sample.rxErrorsPerSecond ?? 0) + (sample.txErrorsPerSecond ?? 0))}/s`]
      : []),
    ...((sample.rxDroppedPerSecond ?? 0) + (sample.txDroppedPerSecond ?? 0) > 0
      ? [`drops ${shortNumber((sample.rxDroppedPerSecond ?? 0) + (sample.txDroppedPerSecond ?? 0))}/s`]
      : []),
    `retrans ${percentText(sample.retransmitRatio, unknown)}`,
    ...(sample.span !== null && sample.span > 1 ? [`over ${sample.span} intervals`] : []),
  ];
  return `${clock(sample.time)} ${sample.node} ${parts.join(', ')}`;
}

function clock(time: string): string {
  return new Date(time).toTimeString().slice(0, 8);
}

/** A first reading has no rates to tell. */
function isRatedNode(sample: Sample): sample is NodeSample {
  return sample.type === 'sample' && sample.interface === null && sample.seconds !== null;
}
