/** Numbers, times and names as people read them. */

/** 72 400 ms as `1:12`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A language in its own name, with a capital: `Français`, `Nederlands`. */
export function ownName(language: string): string {
  return capital(nameIn(language, language), language);
}

/** A language in the reader's language, as it stands inside a sentence. */
export function nameIn(language: string, reader: string): string {
  try {
    return new Intl.DisplayNames([reader], { type: 'language' }).of(language) ?? language;
  } catch {
    return language;
  }
}

function capital(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

/** A text by language: the first of the wished ones that is there, else any. */
export function inLanguage(text: Record<string, string>, ...wished: string[]): { text: string; language: string } {
  const language = wished.find((one) => text[one]) ?? Object.keys(text)[0] ?? '';
  return { text: text[language] ?? '', language };
}

export function metres(value: number, reader: string): string {
  return new Intl.NumberFormat(reader, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);
}

export function percent(share: number, reader: string): string {
  return new Intl.NumberFormat(reader, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** A whole number where it is one, else with one decimal: `15`, `7,5`. */
export function minutesOf(value: number, reader: string): string {
  return new Intl.NumberFormat(reader, { maximumFractionDigits: 1 }).format(value);
}

/** A date without a time, `2026-05-04`, as people in Europe write it; what is none stays as it stands. */
export function dayOf(date: string, reader: string): string {
  const day = new Date(`${date}T12:00:00Z`);
  return Number.isNaN(day.getTime())
    ? date
    : new Intl.DateTimeFormat(reader === 'en' ? 'en-GB' : reader, { dateStyle: 'long', timeZone: 'UTC' }).format(day);
}

/** Hours and minutes on the museum's clock. */
export function hourOf(iso: string, reader: string, timeZone: string): string {
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
  return new Intl.DateTimeFormat(reader, options).format(new Date(iso));
}

export function timeOfDay(iso: string, reader: string, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions = {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23'
  };
  return new Intl.DateTimeFormat(reader, timeZone ? { ...options, timeZone } : options).format(new Date(iso));
}
