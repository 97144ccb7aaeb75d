import type { SeededRandom } from '../../chaos/random.js';

type ByteMutation = (bytes: Buffer, random: SeededRandom) => Buffer;

const INVALID_UTF8 = ['80', 'c0af', 'c3', 'e28228', 'eda080', 'f0808080', 'f4908080', 'ff', 'fe', 'f8a1a1a1a1'].map((hex) => Buffer.from(hex, 'hex'));
const INSERTIONS = ['\ufeff', '\u0000', '\u2028', '//x', '/**/', ',', '"', '{', '}', '\\', '\r\n', '\u00a0', '#', '\u001f'].map((text) => Buffer.from(text));
const OTHERS = ['', ' ', 'null', 'true', '[]', '{}', '"text"', '42', '[{}]', '<xml/>', 'a=b&c=d', '{}{}', '{} x', '\ufeff{}', '{"a":', 'PK\u0003\u0004'].map((text) => Buffer.from(text));

function inserted(bytes: Buffer, piece: Buffer, random: SeededRandom): Buffer {
  const at = random.whole(0, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

export const BYTE_MUTATIONS: Readonly<Record<string, ByteMutation>> = {
  'flipped bits': (bytes, random) => {
    const result = Buffer.from(bytes);
    for (let times = random.whole(1, 4); times > 0 && result.length > 0; times -= 1) {
      const at = random.whole(0, result.length - 1);
      result[at] = (result[at] ?? 0) ^ (1 << random.whole(0, 7));
    }
    return result;
  },
  'random bytes': (bytes, random) => {
    const result = Buffer.from(bytes);
    for (let times = random.whole(1, 8); times > 0 && result.length > 0; times -= 1) result[random.whole(0, result.length - 1)] = random.whole(0, 255);
    return result;
  },
  'cut off': (bytes, random) => bytes.subarray(0, random.whole(0, Math.max(0, bytes.length - 1))),
  'piece missing': (bytes, random) => {
    const from = random.whole(0, bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + random.whole(1, 10))]);
  },
  'no UTF-8': (bytes, random) => inserted(bytes, random.pick(INVALID_UTF8), random),
  'something between': (bytes, random) => inserted(bytes, random.pick(INSERTIONS), random),
  'something behind': (bytes, random) => Buffer.concat([bytes, random.pick(INSERTIONS)]),
  'twice': (bytes) => Buffer.concat([bytes, bytes]),
  'UTF-16': (bytes) => Buffer.from(bytes.toString('utf8'), 'utf16le'),
  'something else': (_bytes, random) => random.pick(OTHERS),
};
