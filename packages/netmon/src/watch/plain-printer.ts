// Lines for people: the node's traffic, what happened, alerts. Each begins with the time on this machine and the node.
import type { AlertChange } from '../alert/alert-watch.ts';
import type { NodeSample, Sample } from '../model/sample.ts';
import { formatCount, formatShare, formatTraffic, type TrafficUnit } from '../units/format-traffic.ts';
import { printable } from '../units/printable.ts';
import type { Printer } from './printer.ts';

export function plainPrinter(unit: TrafficUnit): Printer {
  return {
    begin: '',
    samples: (samples) =>
      samples
        .filter(isRatedNode)
        .map((sample) => `${sampleText(sample, unit)}\n`)
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

function sampleText(sample: NodeSample, unit: TrafficUnit): string {
  const parts = [
    `rx ${formatTraffic(sample.rxBytesPerSecond, unit)}`,
    `tx ${formatTraffic(sample.txBytesPerSecond, unit)}`,
    `packets ${formatCount(sample.rxPacketsPerSecond)}/s in ${formatCount(sample.txPacketsPerSecond)}/s out`,
    ...((sample.rxErrorsPerSecond ?? 0) + (sample.txErrorsPerSecond ?? 0) > 0
      ? [`errors ${formatCount((sample.rxErrorsPerSecond ?? 0) + (sample.txErrorsPerSecond ?? 0))}/s`]
      : []),
    ...((sample.rxDroppedPerSecond ?? 0) + (sample.txDroppedPerSecond ?? 0) > 0
      ? [`drops ${formatCount((sample.rxDroppedPerSecond ?? 0) + (sample.txDroppedPerSecond ?? 0))}/s`]
      : []),
    `retrans ${formatShare(sample.retransmitRatio)}`,
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
