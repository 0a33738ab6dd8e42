// Puts readings through the rates one after another, and finds the sample of one interface, the node or a port.
import type { Reading } from '../../model/reading.ts';
import type { InterfaceSample, NodeSample, PortSample } from '../../model/sample.ts';
import { type Advance, advanceNode, type NodeState } from '../node-rates.ts';

export const rateOptions = { intervalMs: 1000 };

/** The readings one after another, and what each gave. */
export function run(readings: readonly Reading[]): readonly Advance[] {
  let state: NodeState | undefined;
  return readings.map((each) => {
    const advance = advanceNode(state, each, rateOptions);
    state = advance.state;
    return advance;
  });
}

export const last = (readings: readonly Reading[]): Advance => {
  const advance = run(readings).at(-1);
  if (advance === undefined) throw new Error('no readings');
  return advance;
};

export const onInterface = ({ samples }: Advance, name = 'eth0'): InterfaceSample | undefined =>
  samples.find((sample): sample is InterfaceSample => sample.type === 'sample' && sample.interface === name);

export const onNode = ({ samples }: Advance): NodeSample | undefined =>
  samples.find((sample): sample is NodeSample => sample.type === 'sample' && sample.interface === null);

export const onPort = ({ samples }: Advance): PortSample | undefined =>
  samples.find((sample) => sample.type === 'port');

export const eventNames = ({ events }: Advance) => events.map(({ event }) => event);
