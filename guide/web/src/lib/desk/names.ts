/** What a file's name says of it: `E09_fr.mp3`, `v2.en.mp3`, `101-fr-family.wav`. */
import { plain } from '../exhibits.ts';

export const VARIANTS = ['standard', 'family', 'plain', 'audio-description'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface Target {
  exhibit: string;
  language: string;
  variant: Variant;
}

export interface Known {
  exhibits: readonly { id: string; number: string | null }[];
  languages: readonly string[];
}

const ENDING = /\.(wav|mp3|m4a|mp4|aac|ogg|oga|opus|flac|vtt)$/i;
const SEPARATOR = /[\s._-]+/;
const WORDS: Record<string, Variant> = { audiodescription: 'audio-description', ad: 'audio-description' };

export const isTranscript = (name: string): boolean => /\.vtt$/i.test(name);

/** What is known of a file by its name; what it does not say stays empty, and a person fills it in. */
export function targetOf(name: string, known: Known): Target {
  const parts = name.replace(ENDING, '').toLowerCase().split(SEPARATOR).filter(Boolean);
  const found = exhibitIn(parts, known);
  const rest = parts.slice(found?.length ?? 0);
  const language = known.languages.find((one) => rest.includes(one.toLowerCase()) || rest.includes(plain(one)));
  return { exhibit: found?.id ?? '', language: language ?? '', variant: variantIn(rest) };
}

/** The exhibit whose id or number begins the name; the longest, for `v2-engine` is not `v2`. */
function exhibitIn(parts: readonly string[], known: Known): { id: string; length: number } | null {
  let best: { id: string; length: number } | null = null;
  for (const { id, number } of known.exhibits) {
    const idParts = id.toLowerCase().split(SEPARATOR);
    const byId = idParts.every((part, index) => parts[index] === part);
    const byNumber = number !== null && digits(parts[0] ?? '') === digits(number);
    const length = byId ? idParts.length : byNumber ? 1 : 0;
    if (length > (best?.length ?? 0)) best = { id, length };
  }
  return best;
}

/** `E09` and `9` are one number; `v2` is none. */
function digits(text: string): string | null {
  return /^(?:e|ex|n|no)?0*(\d+)$/i.exec(text)?.[1] ?? null;
}

function variantIn(parts: readonly string[]): Variant {
  const joined = parts.join('-');
  return (
    VARIANTS.find((one) => one !== 'standard' && joined.includes(one)) ??
    WORDS[parts.find((part) => part in WORDS) ?? ''] ??
    'standard'
  );
}
