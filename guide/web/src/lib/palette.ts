/** Colours the map needs as values, because a canvas knows no style sheet. The same as in tokens.css. */
export interface Palette {
  ground: string;
  text: string;
  wall: string;
  accent: string;
  dot: string;
  zones: readonly string[];
}

export const DARK: Palette = {
  ground: '#101316',
  text: '#ece8e1',
  wall: '#7d8896',
  accent: '#ffb454',
  dot: '#ffb454',
  zones: ['#56b4e9', '#e69f00', '#35c49a', '#cc79a7', '#f0e442', '#ff8f6b']
};

export const LIGHT: Palette = {
  ground: '#ffffff',
  text: '#1b1f24',
  wall: '#6b7580',
  accent: '#8a5200',
  dot: '#c05a00',
  zones: ['#0b6fae', '#946200', '#00745a', '#a0427c', '#6f6700', '#bd4216']
};
