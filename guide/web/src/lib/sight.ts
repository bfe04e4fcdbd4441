/** A view that goes with the visitor: on one axis, in metres. */
const REACH = 0.5;
/** Where the view shows nearly all there is, it moves only for who would leave it. */
const WIDE = 0.8;
const WIDE_REACH = 0.9;

/**
 * The middle of a view after the least move that keeps a place well inside it.
 *
 * `half` is half of what the view shows; it never goes past the ends, `least` and `most`, of what there is to see.
 */
export function inSight(middle: number, half: number, place: number, [least, most]: readonly [number, number]): number {
  const reach = half * (2 * half >= WIDE * (most - least) ? WIDE_REACH : REACH);
  const off = place - middle;
  if (Math.abs(off) <= reach) return middle;
  const wanted = place - Math.sign(off) * reach;
  if (2 * half >= most - least) return (least + most) / 2;
  return Math.min(most - half, Math.max(least + half, wanted));
}
