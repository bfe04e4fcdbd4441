/** Where the codes of the zones stand, so that each can be read: none over another, none under the visitor. */

/** A box on the screen by its middle, in pixels; y grows upwards or downwards, as long as it is the same for all. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Label extends Box {
  id: string;
  /** Served first: what plays must be the last to give way. */
  first: boolean;
}

/** How far a label stands from where it belongs, in pixels. */
export type Shift = readonly [right: number, up: number];

const HOME: Shift = [0, 0];
const GAP_PX = 2;
/** A label that has given way goes home only when there is room to spare, or it would flicker beside a swaying dot. */
const ROOM_PX = 8;
const RINGS_PX = [20, 28, 36, 46, 58, 72];
/** Up and down first: codes are wider than high, so that is the shorter way aside. */
const WAYS: readonly Shift[] = [
  [0, 1],
  [0, -1],
  [1.3, 0],
  [-1.3, 0],
  [1, 0.8],
  [-1, 0.8],
  [1, -0.8],
  [-1, -0.8]
];
const ASIDE: readonly Shift[] = RINGS_PX.flatMap((far) => WAYS.map(([x, y]): Shift => [x * far, y * far]));

/**
 * The shift of every label. Those that can stand where they belong do; the others find room between them, near by,
 * beside what is `taken`; where they stood `before` they stay as long as that is free.
 */
export function placed(
  labels: readonly Label[],
  taken: readonly Box[],
  before: ReadonlyMap<string, Shift>
): Map<string, Shift> {
  const boxes = [...taken];
  const shifts = new Map<string, Shift>();
  const put = (label: Label, shift: Shift): void => {
    shifts.set(label.id, shift);
    boxes.push(at(label, shift));
  };
  const inOrder = [...labels].sort((a, b) => Number(b.first) - Number(a.first));
  for (const label of inOrder) {
    const gap = isAside(before.get(label.id) ?? HOME) ? ROOM_PX : GAP_PX;
    if (isFree(label, boxes, gap)) put(label, HOME);
  }
  for (const label of inOrder) {
    if (!shifts.has(label.id)) put(label, aside(label, boxes, before.get(label.id) ?? HOME));
  }
  return shifts;
}

function aside(label: Label, boxes: readonly Box[], before: Shift): Shift {
  if (isAside(before) && isFree(at(label, before), boxes, GAP_PX)) return before;
  return ASIDE.find((shift) => isFree(at(label, shift), boxes, GAP_PX)) ?? least(label, boxes);
}

/** Where nothing is free, the place that hides least. */
function least(label: Label, boxes: readonly Box[]): Shift {
  const hidden = (shift: Shift): number => boxes.reduce((sum, box) => sum + common(at(label, shift), box), 0);
  return [...ASIDE].sort((a, b) => hidden(a) - hidden(b))[0] ?? HOME;
}

export const isAside = ([right, up]: Shift): boolean => right !== 0 || up !== 0;

const at = (label: Box, [right, up]: Shift): Box => ({ ...label, x: label.x + right, y: label.y + up });

const isFree = (box: Box, boxes: readonly Box[], gap: number): boolean =>
  boxes.every((other) => common({ ...box, width: box.width + 2 * gap, height: box.height + 2 * gap }, other) === 0);

/** The area that two boxes share. */
function common(a: Box, b: Box): number {
  const width = (a.width + b.width) / 2 - Math.abs(a.x - b.x);
  const height = (a.height + b.height) / 2 - Math.abs(a.y - b.y);
  return Math.max(0, Math.min(width, a.width, b.width)) * Math.max(0, Math.min(height, a.height, b.height));
}
