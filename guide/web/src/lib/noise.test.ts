import { describe, expect, it } from 'vitest';
import { Noise, NOISES, type NoiseName } from './noise.ts';

const errors = (name: NoiseName, seconds: number, count: number): number[] => {
  const noise = new Noise(7);
  return Array.from({ length: count }, () => noise.next(name, seconds).x);
};
const deviation = (values: number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe('the error of a position', () => {
  it('is none where the position is exact', () => {
    expect(errors('exact', 1, 5)).toEqual([0, 0, 0, 0, 0]);
  });
  it.each(['uwb', 'ble'] as const)('of %s is as large as it says, at any pace', (name) => {
    for (const pace of [0.5, 2]) {
      const ratio = deviation(errors(name, pace, 20_000)) / NOISES[name].sigma;
      expect(ratio).toBeGreaterThan(0.85);
      expect(ratio).toBeLessThan(1.15);
    }
  });
  it('wanders: two fixes close in time err alike', () => {
    const [first = 0, second = 0] = errors('ble', 0.01, 2);
    expect(Math.abs(first - second)).toBeLessThan(0.6);
  });
  it('is the same on the same walk', () => expect(errors('uwb', 1, 9)).toEqual(errors('uwb', 1, 9)));
});
