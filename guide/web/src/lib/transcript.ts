/** Reads the WebVTT of a narration: cues with their times, and the language of each where it has its own. */

export interface Cue {
  startMs: number;
  endMs: number;
  text: string;
  /** Only where the cue is in another language than the track. */
  language: string | null;
}

const TIMES = /^((?:\d+:)?\d{2}:\d{2}\.\d{3})\s+-->\s+((?:\d+:)?\d{2}:\d{2}\.\d{3})/;
const LANGUAGE = /<lang\s+([A-Za-z0-9-]+)\s*>/;
const TAG = /<[^>]*>/g;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', nbsp: ' ', lrm: '', rlm: '' };

export function parseTranscript(text: string): Cue[] {
  const blocks = text.replace(/\r\n?/g, '\n').split(/\n{2,}/);
  return blocks.flatMap(cueOf).sort((a, b) => a.startMs - b.startMs);
}

function cueOf(block: string): Cue[] {
  const lines = block.split('\n');
  const at = lines.findIndex((line) => TIMES.test(line));
  const times = TIMES.exec(lines[at] ?? '');
  if (!times) return [];
  const raw = lines
    .slice(at + 1)
    .join(' ')
    .trim();
  return [
    {
      startMs: millis(times[1] ?? ''),
      endMs: millis(times[2] ?? ''),
      text: unescape(raw.replace(TAG, '')),
      language: LANGUAGE.exec(raw)?.[1] ?? null
    }
  ];
}

function millis(stamp: string): number {
  const [seconds = 0, minutes = 0, hours = 0] = stamp.split(':').reverse().map(Number);
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000);
}

function unescape(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** The cue being spoken, or the last one spoken; -1 before the first. Silence keeps the sentence on screen. */
export function cueAt(cues: readonly Cue[], positionMs: number): number {
  let found = -1;
  for (const [index, cue] of cues.entries()) {
    if (cue.startMs > positionMs) break;
    found = index;
  }
  return found;
}
