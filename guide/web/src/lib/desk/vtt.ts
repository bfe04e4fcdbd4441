/** A WebVTT file as a table that can be edited: what the table does not show is kept as it was. */

export interface EditedCue {
  /** Keeps a row itself while others come and go. */
  key: number;
  start: string;
  end: string;
  text: string;
  /** Empty: the track's own. */
  language: string;
  /** The identifier line and the settings behind the times, as they stood. */
  id: string;
  settings: string;
  /** Notes and styles that stood before this cue. */
  before: string;
}

export interface EditedText {
  head: string;
  cues: EditedCue[];
  tail: string;
}

const TIMES = /^(\S+)[ \t]+-->[ \t]+(\S+)[ \t]*(.*)$/;
const WHOLE = /^<lang ([A-Za-z0-9-]+)>([\s\S]*)<\/lang>$/;
const CLOCK = /^(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?$/;
let keys = 0;

export const newCue = (start: string, end: string): EditedCue => ({
  key: (keys += 1),
  start,
  end,
  text: '',
  language: '',
  id: '',
  settings: '',
  before: ''
});

/** Milliseconds of `1:02.5`, `0:01:02,500`; null for what is no time. */
export function millisOf(text: string): number | null {
  const found = CLOCK.exec(text.trim());
  if (!found) return null;
  const [, hours = '0', minutes = '0', seconds = '0', parts = '0'] = found;
  if (Number(seconds) > 59) return null;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(parts.padEnd(3, '0'));
}

/** `1:02.500`, with hours only where there are any. */
export function stampOf(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const [hours, minutes, seconds] = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60, Math.floor(whole / 1000) % 60]; // prettier-ignore
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = `${two(seconds)}.${String(whole % 1000).padStart(3, '0')}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

export function readText(text: string): EditedText {
  const blocks = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').split(/\n{2,}/).map((block) => block.replace(/^\n+|\n+$/g, '')); // prettier-ignore
  const [head = 'WEBVTT', ...rest] = blocks;
  const cues: EditedCue[] = [];
  let kept: string[] = [];
  for (const block of rest.filter((one) => one !== '')) {
    const cue = cueOf(block, kept.join('\n\n'));
    if (cue) {
      cues.push(cue);
      kept = [];
    } else kept.push(block);
  }
  return { head, cues, tail: kept.join('\n\n') };
}

function cueOf(block: string, before: string): EditedCue | null {
  const lines = block.split('\n');
  const at = lines.findIndex((line) => TIMES.test(line));
  const [, from = '', to = '', settings = ''] = TIMES.exec(lines[at] ?? '') ?? [];
  const [start, end] = [millisOf(from), millisOf(to)];
  if (at < 0 || at > 1 || start === null || end === null) return null;
  const raw = lines.slice(at + 1).join('\n');
  const [, language = '', inner = raw] = WHOLE.exec(raw) ?? [];
  return {
    ...newCue(stampOf(start), stampOf(end)),
    text: inner,
    language,
    id: at === 1 ? (lines[0] ?? '') : '',
    settings,
    before
  };
}

export interface Written {
  text: string;
  /** The line of the file on which each cue begins, counted from one. */
  lines: number[];
}

export function writeText({ head, cues, tail }: EditedText): Written {
  const lines: number[] = [];
  let text = head;
  for (const cue of cues) {
    text += cue.before ? `\n\n${cue.before}\n\n` : '\n\n';
    lines.push(text.split('\n').length);
    text += blockOf(cue);
  }
  return { text: `${text}${tail ? `\n\n${tail}` : ''}\n`, lines };
}

function blockOf({ id, start, end, settings, language, text }: EditedCue): string {
  const times = `${vttStamp(start)} --> ${vttStamp(end)}${settings ? ` ${settings}` : ''}`;
  // An empty line would end the cue in its middle.
  const words = text.trim().replace(/\n{2,}/g, '\n');
  return [...(id ? [id] : []), times, language ? `<lang ${language}>${words}</lang>` : words].join('\n');
}

function vttStamp(text: string): string {
  const ms = millisOf(text);
  if (ms === null) return text;
  const stamp = stampOf(ms);
  return ms < 3_600_000 ? `00:${stamp.padStart(9, '0')}` : stamp.padStart(12, '0');
}

export type FaultKind = 'start' | 'end' | 'order' | 'reversed' | 'empty' | 'late' | 'arrow';

/** What is wrong with each cue, by its place; a cue that is right has none. */
export function faultsOf(cues: readonly EditedCue[], soundMs: number): FaultKind[][] {
  return cues.map((cue, index) => {
    const [start, end] = [millisOf(cue.start), millisOf(cue.end)];
    const before = millisOf(cues[index - 1]?.start ?? '');
    const wrong: [FaultKind, boolean][] = [
      ['start', start === null],
      ['end', end === null],
      ['reversed', start !== null && end !== null && end <= start],
      ['order', start !== null && before !== null && start < before],
      ['late', soundMs > 0 && start !== null && start >= soundMs],
      ['empty', cue.text.trim() === ''],
      ['arrow', cue.text.includes('-->')]
    ];
    return wrong.filter(([, is]) => is).map(([kind]) => kind);
  });
}

/** The cue whose lines hold a line of the file; -1 for the head. */
export const cueOnLine = (lines: readonly number[], line: number): number => lines.findLastIndex((one) => one <= line);

/** The words alone, a paragraph a cue. */
export const wordsOf = (cues: readonly EditedCue[]): string =>
  cues.map((cue) => cue.text.replace(/<[^>]*>/g, '').trim()).join('\n\n');
