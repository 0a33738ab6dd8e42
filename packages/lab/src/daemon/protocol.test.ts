import { expect, it } from 'vitest';
import { decodeRequest } from './protocol.ts';

it.each([
  '{"kind":"status"}',
  '{"kind":"stop"}',
  '{"kind":"fault","node":"n1","fault":{"kind":"freeze"}}',
  '{"kind":"fault","node":"n1","fault":{"kind":"slow","delayMs":10,"bytesPerSecond":5}}',
])('takes %s', (line) => {
  expect(decodeRequest(line)).toEqual(JSON.parse(line));
});

it.each([
  '',
  'null',
  '{"kind":"explode"}',
  '{"kind":"fault","node":1,"fault":{"kind":"kill"}}',
  '{"kind":"fault","node":"n1","fault":{"kind":"burn"}}',
  '{"kind":"fault","node":"n1","fault":{"kind":"slow"}}',
])('refuses %j', (line) => {
  expect(() => decodeRequest(line)).toThrow(SyntaxError);
});
