// Figures as text: grouped digits, short large numbers, units as the study writes them.

const GROUPED = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const MINUS = "\u2212";
const STEPS: [number, string][] = [
  [1e12, " tn"],
  [1e9, " bn"],
  [1e6, " M"],
  [1e3, " k"],
];

function signless(value: number): string {
  const size = Math.abs(value);
  for (const [step, name] of STEPS) {
    if (size >= step * 0.9995 && size >= 9_999.5) return `${three(size / step)}${name}`;
  }
  return size >= 1000 ? GROUPED.format(size) : three(size);
}

/** Three figures that matter. */
function three(size: number): string {
  if (size === 0) return "0";
  if (size >= 99.95) return size.toFixed(0);
  if (size >= 9.995) return size.toFixed(1);
  if (size >= 0.9995) return size.toFixed(2);
  if (size >= 0.001) return String(Number(size.toPrecision(2)));
  return size.toExponential(1).replace("-", MINUS);
}

/** A number in at most three figures that matter. */
export function short(value: number): string {
  return (value < 0 ? MINUS : "") + signless(value);
}

/** A change, always with its sign. */
export function signed(value: number): string {
  return value > 0 ? `+${signless(value)}` : short(value);
}

export function money(value: number, currency: string): string {
  return `${short(value)} ${currency}`;
}

export function percent(share: number): string {
  const value = share * 100;
  if (value !== 0 && Math.abs(value) < 0.05) return value > 0 ? "<0.1 %" : `>${MINUS}0.1 %`;
  return `${value < 0 ? MINUS : ""}${Math.abs(value).toFixed(Math.abs(value) >= 9.95 ? 0 : 1)} %`;
}

export function days(hours: number): string {
  return `${three(hours / 24)} d`;
}

export function distance(km: number): string {
  return `${GROUPED.format(km)} km`;
}

/** `1 row`, `2 rows`. */
export function count(number: number, one: string, more = `${one}s`): string {
  return `${GROUPED.format(number)} ${number === 1 ? one : more}`;
}

/** A key as words: `digital_customs` reads `digital customs`. */
export function words(key: string): string {
  return key.replaceAll("_", " ");
}
