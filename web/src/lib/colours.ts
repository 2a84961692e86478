// Colours that colour-blind readers can tell apart: viridis and cividis ramps, ColorBrewer PuOr, Okabe and Ito's set.

/** Okabe and Ito (2008), without black and with the pale yellow darkened so that it stands on white. */
export const KINDS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#7a4fbf", "#8c564b", "#5b6770"];
export const OTHER = "#9aa4ae";

/** The same, lighter, for a dark page. */
export const KINDS_ON_DARK = ["#4aa8e0", "#ff8f45", "#2bc79a", "#e59cc6", "#e0b93c", "#9bd6f7", "#ae93ee", "#cf9a8c", "#a3afb9"];

const MODES: Record<string, string> = {
  rail: "#0072b2",
  road: "#8c564b",
  sea: "#56b4e9",
  ferry: "#009e73",
  pipeline: "#d55e00",
  power: "#b58900",
  fibre: "#7a4fbf",
  air: "#cc79a7",
};

const MODES_ON_DARK: Record<string, string> = {
  rail: "#4aa8e0",
  road: "#cf9a8c",
  sea: "#9bd6f7",
  ferry: "#2bc79a",
  pipeline: "#ff8f45",
  power: "#e0b93c",
  fibre: "#ae93ee",
  air: "#e59cc6",
};

export function modeColours(dark: boolean): Record<string, string> {
  return dark ? MODES_ON_DARK : MODES;
}

/** Viridis from dark to light, seven steps. */
const VIRIDIS = ["#440154", "#443983", "#31688e", "#21918c", "#35b779", "#90d743", "#fde725"];
/** The same without the steps that vanish on a white page. */
export const VIRIDIS_ON_LIGHT = ["#a8db34", "#4ac16d", "#1fa187", "#277f8e", "#365c8d", "#46327e", "#440154"];
export const VIRIDIS_ON_DARK = VIRIDIS.slice(1);
/** ColorBrewer PuOr: less in orange, more in violet. */
export const LESS = ["#b35806", "#e08214", "#fdb863"];
export const MORE = ["#998ec3", "#7262b0", "#542788"];
export const LESS_ON_DARK = ["#ffb35c", "#e08214", "#b3641a"];
export const MORE_ON_DARK = ["#7d70b8", "#9f93d6", "#c9c1f2"];

export function ramp(colours: string[], share: number): string {
  const at = Math.max(0, Math.min(colours.length - 1, Math.floor(share * colours.length)));
  return colours[at] ?? OTHER;
}

/** Colours for the largest few of a set; the rest are one grey. */
export function colourByRank(totals: Map<string, number>, dark: boolean): Map<string, string> {
  const kinds = dark ? KINDS_ON_DARK : KINDS;
  const ranked = [...totals].filter(([key]) => key !== "").sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  return new Map(ranked.slice(0, kinds.length).map(([key], rank) => [key, kinds[rank] ?? OTHER]));
}
