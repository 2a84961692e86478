// Names of failing elements: `territory GEO` as people read it.
import { words } from "../../lib/format.ts";
import { study } from "../../lib/study.svelte.ts";

export function partsOf(element: string): { kind: string; key: string } {
  const at = element.indexOf(" ");
  return { kind: element.slice(0, at), key: element.slice(at + 1) };
}

export function elementName(element: string): string {
  const { kind, key } = partsOf(element);
  return study.name(kind, key) === key ? words(key) : study.name(kind, key);
}

export function selectionOf(element: string): string {
  const { kind, key } = partsOf(element);
  return `${kind}:${key}`;
}
