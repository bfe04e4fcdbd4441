import { describe, expect, it } from 'vitest';
import { inSight } from './sight.ts';

describe('a view that goes with the visitor', () => {
  it('stays while the visitor is well inside', () => {
    expect(inSight(50, 10, 54, [0, 100])).toBe(50);
  });
  it('moves no more than it must', () => {
    expect(inSight(50, 10, 57, [0, 100])).toBe(52);
    expect(inSight(50, 10, 43, [0, 100])).toBe(48);
  });
  it('does not go past the end of the plan', () => {
    expect(inSight(50, 10, 99, [0, 100])).toBe(90);
    expect(inSight(50, 10, 1, [0, 100])).toBe(10);
  });
  it('leaves a view of nearly all of it alone', () => {
    expect(inSight(50, 45, 85, [0, 100])).toBe(50);
  });
  it('shows all of what is smaller than the view', () => {
    expect(inSight(80, 60, 2, [0, 100])).toBe(50);
  });
});
