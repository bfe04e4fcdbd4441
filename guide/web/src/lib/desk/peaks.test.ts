import { describe, expect, it } from 'vitest';
import { columns, readPeaks } from './peaks.ts';

function made(pairs: [number, number][], version = 2, flags = 1): ArrayBuffer {
  const from = version === 2 ? 24 : 20;
  const data = new ArrayBuffer(from + 2 * pairs.length);
  const view = new DataView(data);
  [version, flags, 48_000, 960, pairs.length, 1]
    .slice(0, from / 4)
    .forEach((value, at) => view.setUint32(4 * at, value, true));
  pairs.forEach(([low, high], index) => {
    view.setInt8(from + 2 * index, low);
    view.setInt8(from + 2 * index + 1, high);
  });
  return data;
}
const PAIRS: [number, number][] = [
  [-128, 64],
  [-32, 32],
  [0, 0],
  [-64, 127]
];

describe('peaks', () => {
  it.each([1, 2])('are read in version %i', (version) => {
    const peaks = readPeaks(made(PAIRS, version));
    expect(peaks?.stepMs).toBe(20);
    expect([...(peaks?.low ?? [])]).toEqual([-1, -0.25, 0, -0.5]);
  });
  it('are drawn in as many columns as there is room for', () => {
    const peaks = readPeaks(made(PAIRS));
    expect(peaks && columns(peaks, 2)).toEqual([
      [-1, 0.5],
      [-0.5, 127 / 128]
    ]);
  });
  const bad: [fact: string, data: ArrayBuffer][] = [
    ['no bytes', new ArrayBuffer(0)],
    ['sixteen bits', made(PAIRS, 2, 0)],
    ['a file that stops early', made(PAIRS).slice(0, 28)]
  ];
  it.each(bad)('are none in %s', (_fact, data) => expect(readPeaks(data)).toBeNull());
});
