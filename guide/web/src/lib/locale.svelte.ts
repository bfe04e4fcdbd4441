/**
 * The language of the interface. Messages read it through `getLocale`, and because it is state, every
 * text on the page follows the switch at once; nothing is loaded again and the narration plays on.
 */
import { getLocale, locales, overwriteGetLocale, setLocale, type Locale } from './paraglide/runtime.js';

class InterfaceLanguage {
  #locale = $state<Locale>(getLocale());

  get current(): Locale {
    return this.#locale;
  }

  set(locale: Locale): void {
    void setLocale(locale, { reload: false });
    this.#locale = locale;
    document.documentElement.lang = locale;
  }

  /** Follows a visitor's language where the interface speaks it; stays as it is where it does not. */
  follow(language: string): void {
    const known = locales.find((one) => one === language.split('-')[0]);
    if (known) this.set(known);
  }
}

export const interfaceLanguage = new InterfaceLanguage();
overwriteGetLocale(() => interfaceLanguage.current);
