/** Dark, light, or what the system says. `static/theme.js` sets the same attribute before the first paint. */
export const THEMES = ['dark', 'light', 'system'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'coupole-theme';

class Looks {
  #theme = $state<Theme>(stored());
  #systemDark = $state(matchMedia('(prefers-color-scheme: dark)').matches);

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
      this.#systemDark = event.matches;
    });
  }

  get theme(): Theme {
    return this.#theme;
  }

  /** True where the page is dark now, whoever decided it. */
  get dark(): boolean {
    return this.#theme === 'system' ? this.#systemDark : this.#theme === 'dark';
  }

  set(theme: Theme): void {
    this.#theme = theme;
    document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // A browser that keeps nothing still shows the theme until the page is left.
    }
  }
}

function stored(): Theme {
  const kept = document.documentElement.dataset['theme'];
  return THEMES.find((theme) => theme === kept) ?? 'dark';
}

export const looks = new Looks();
