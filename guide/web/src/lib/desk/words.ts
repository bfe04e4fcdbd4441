/** The desk's words for variants and figures. */
import { m } from '../paraglide/messages.js';

const VARIANT_WORDS: Record<string, () => string> = {
  standard: m.variant_standard,
  family: m.variant_family,
  plain: m.variant_plain,
  'audio-description': m.variant_audio_description
};

export const variantWord = (variant: string): string => VARIANT_WORDS[variant]?.() ?? variant;

/** One decimal with a true minus sign: `−16.0`. */
export function decibels(value: number, reader: string): string {
  const options = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(reader, options).format(value).replace('-', '−');
}
