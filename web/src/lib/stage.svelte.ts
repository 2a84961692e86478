// What the view in front shows on the map; each view sets it and clears what it does not use.
import { NOTHING, type Painting } from "../map/painting.ts";
import type { Subject } from "./types.ts";

class Stage {
  painting = $state.raw<Painting>(NOTHING);
  /** A second map beside the first, or none. */
  second = $state.raw<Painting | null>(null);
  caption = $state("");
  secondCaption = $state("");
  modes = $state.raw<Set<string> | null>(null);
  fit = $state.raw<[number, number, number, number] | null>(null);
  /** A view that wants to hear of clicks on the map before they become a selection. */
  onpick = $state.raw<((subject: Subject) => void) | null>(null);

  show(painting: Painting, more: { second?: Painting | null; modes?: Set<string> | null } = {}): void {
    this.painting = painting;
    this.second = more.second ?? null;
    this.modes = more.modes ?? null;
  }
}

export const stage = new Stage();
