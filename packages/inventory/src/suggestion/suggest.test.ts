import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, suggest } from './suggest.ts';

describe('suggest', () => {
  const groups = ['compute', 'login', 'io', 'rack1', 'rack2', 'gpu'];
  it.each([
    ['computee', 'compute'],
    ['comptue', 'compute'],
    ['cmopute', 'compute'],
    ['COMPUTE', 'compute'],
    ['lgoin', 'login'],
    ['oi', 'io'],
    ['gpus', 'gpu'],
    ['rack3', 'rack1'],
    ['storage', undefined],
    ['x', undefined],
    ['', undefined],
  ])('takes %j for %j', (word, meant) => {
    expect(suggest(word, groups)).toBe(meant);
  });

  it('prefers the nearest, and the first of equally near ones', () => {
    expect(suggest('rack11', ['rack2', 'rack1', 'rack12'])).toBe('rack1');
    expect(suggest('rack', ['rack1', 'rack2'])).toBe('rack1');
  });

  it('never suggests the word itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (word, others) => {
        expect(suggest(word, [word, ...others])).not.toBe(word);
      }),
    );
  });

  it('finds a word again after any one swap of neighbours', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{5,12}$/), fc.nat(10), (word, seed) => {
        const place = seed % (word.length - 1);
        const swapped =
          word.slice(0, place) + word.charAt(place + 1) + word.charAt(place) + word.slice(place + 2);
        fc.pre(swapped !== word);
        expect(suggest(swapped, [word])).toBe(word);
      }),
    );
  });
});

describe('didYouMean', () => {
  it('words the suggestion as a question', () => {
    expect(didYouMean('adress', ['address'])).toBe("did you mean 'address'?");
    expect(didYouMean('zzzz', ['address'])).toBeUndefined();
  });
});
