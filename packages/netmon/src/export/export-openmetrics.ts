// A recording as OpenMetrics: every value with the time of its reading. A metric family must stand together, and in it each
// series (OpenMetrics 1.0, "Overall Structure"): the recording is gone over once a family and node, so that memory holds
// one family of one node, not the recording.
import type { NetEvent } from '../model/sample.ts';
import type { Recording } from '../record/recording.ts';
import type { TimeSpan } from '../replay/moment.ts';
import { type MetricFamily, metricFamilies } from './metric-families.ts';
import { heading, labels, pointsOf, seriesOf, timeText, upFamily, upName } from './openmetrics.ts';

/** Text in pieces, some of them empty: who asks for them may do something else. A family without values is left out. */
export function* exportOpenMetrics(
  recording: Recording,
  nodes: readonly string[],
  span: TimeSpan,
): Generator<string> {
  for (const family of [upFamily([]), ...metricFamilies]) {
    let begun = false;
    for (const node of nodes) {
      const series = yield* seriesOfNode(recording, node, span, family);
      if (series.length > 0 && !begun) yield heading(family, 'openmetrics');
      begun ||= series.length > 0;
      yield* series;
    }
  }
  yield '# EOF\n';
}

const readingsAPiece = 500;

function* seriesOfNode(
  recording: Recording,
  node: string,
  span: TimeSpan,
  family: MetricFamily,
): Generator<string, readonly string[]> {
  const query = { nodes: [node], ...span };
  const downs = family.name === upName ? recording.events({ ...query, names: ['down'] }) : [];
  const series = new Map<string, string>();
  const add = (line: string) => series.set(seriesOf(line), (series.get(seriesOf(line)) ?? '') + line);
  let [at, count] = [0, 0];
  for (const reading of recording.readings(query)) {
    for (; at < downs.length && Date.parse(downs[at]?.time ?? '') <= reading.arrivedMs; at++)
      add(downLine(downs[at]));
    if (++count % readingsAPiece === 0) yield '';
    for (const line of pointsOf(family, reading, 'openmetrics', true)) add(line);
  }
  for (const down of downs.slice(at)) add(downLine(down));
  return [...series.values()];
}

function downLine(event: NetEvent | undefined): string {
  if (event === undefined) return '';
  return `${upName}${labels({ node: event.node })} 0 ${timeText(Date.parse(event.time), 'openmetrics')}\n`;
}
