/** What was heard in a walk, piece by piece, and how often a narration was cut or began again. */

/** One uninterrupted piece of one narration. Times are seconds of the walk. */
export interface Piece {
  exhibit: string;
  from: number;
  to: number;
  /** Whether it began at the narration's beginning, and not where an earlier piece ended. */
  atBeginning: boolean;
  /** `cut`: broken off before its end, and nobody had asked for that. */
  ended: 'going' | 'finished' | 'cut' | 'asked';
}

export interface Tally {
  /** Narrations begun for the first time. */
  starts: number;
  /** Begun again from the beginning. */
  restarts: number;
  cuts: number;
}

/** What sounds now; null for silence. */
export type Sounding = { exhibit: string; atBeginning: boolean } | null;

/** The pieces after hearing what sounds at a moment; `how` the piece before ended, should it have ended. */
export function hear(pieces: readonly Piece[], now: Sounding, at: number, how: Piece['ended']): Piece[] {
  const last = pieces.at(-1);
  const before = pieces.slice(0, -1);
  const open = last?.ended === 'going' ? last : null;
  if (open && now?.exhibit === open.exhibit) return [...before, { ...open, to: at }];
  const closed = open ? [...before, { ...open, to: at, ended: how }] : [...pieces];
  return now ? [...closed, { ...now, from: at, to: at, ended: 'going' }] : closed;
}

export function tallyOf(pieces: readonly Piece[]): Tally {
  const fresh = pieces.filter((piece) => piece.atBeginning);
  const exhibits = new Set(fresh.map((piece) => piece.exhibit));
  return {
    starts: exhibits.size,
    restarts: fresh.length - exhibits.size,
    cuts: pieces.filter((piece) => piece.ended === 'cut').length
  };
}
