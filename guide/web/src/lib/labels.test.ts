import { describe, expect, it } from 'vitest';
import { placed, type Box, type Label, type Shift } from './labels.ts';

const label = (id: string, x: number, y: number, first = false): Label => ({ id, x, y, width: 36, height: 20, first });
const DOT: Box = { x: 100, y: 100, width: 26, height: 26 };
const NONE = new Map<string, Shift>();

function standing(labels: readonly Label[], shifts: ReadonlyMap<string, Shift>): Box[] {
  return labels.map((one) => {
    const [right, up] = shifts.get(one.id) ?? [0, 0];
    return { ...one, x: one.x + right, y: one.y + up };
  });
}
function overlaps(a: Box, b: Box): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;
}

describe('the codes on the plan', () => {
  it('stay where they belong while nothing is in their way', () => {
    expect(placed([label('103', 0, 0), label('104', 200, 0)], [DOT], NONE)).toEqual(
      new Map([
        ['103', [0, 0]],
        ['104', [0, 0]]
      ])
    );
  });

  it('give way to the visitor who stands on them', () => {
    const labels = [label('103', 100, 98)];

    const [stands] = standing(labels, placed(labels, [DOT], NONE));

    expect(stands && overlaps(stands, DOT)).toBe(false);
  });

  it('all stand apart in a row of narrow zones, what plays in its own place', () => {
    const labels = [label('109', 100, 0), label('110', 112, 0, true), label('111', 130, 0), label('112', 140, 0)];

    const shifts = placed(labels, [], NONE);

    expect(shifts.get('110')).toEqual([0, 0]);
    const boxes = standing(labels, shifts);
    expect(boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => overlaps(a, b)))).toEqual([]);
  });

  it('do not push away a neighbour who stands where it belongs', () => {
    const labels = [label('109', 0, 0), label('110', 10, 0), label('111', 12, 24)];

    const shifts = placed(labels, [], NONE);

    expect([shifts.get('109'), shifts.get('111')]).toEqual([
      [0, 0],
      [0, 0]
    ]);
    expect(shifts.get('110')).not.toEqual([0, 0]);
  });

  it('stay aside while the visitor sways at their edge, and come home when there is room', () => {
    const home = label('103', 100, 100);
    const aside = placed([home], [DOT], NONE);
    expect(aside.get('103')).not.toEqual([0, 0]);

    expect(placed([home], [{ ...DOT, x: 135 }], aside)).toEqual(aside);
    expect(placed([home], [{ ...DOT, x: 160 }], aside).get('103')).toEqual([0, 0]);
  });

  it('hide as little as they can where nothing is free', () => {
    expect(placed([label('103', 0, 0)], [{ x: 0, y: 0, width: 900, height: 900 }], NONE).size).toBe(1);
  });
});
