// The views by name: title, panel, and whether the panel takes more than half of the page.
import type { Component } from "svelte";
import type { View } from "../lib/address.svelte.ts";
import Ask from "./Ask.svelte";
import Evidence from "./Evidence.svelte";
import Holds from "./Holds.svelte";
import MapView from "./MapView.svelte";
import Stress from "./Stress.svelte";
import Watch from "./Watch.svelte";
import WhatIf from "./WhatIf.svelte";

export interface ViewEntry {
  title: string;
  panel: Component;
  wide: boolean;
}

export const VIEW_TABLE: Record<View, ViewEntry> = {
  map: { title: "Map", panel: MapView, wide: false },
  ask: { title: "Ask", panel: Ask, wide: false },
  "what-if": { title: "What if", panel: WhatIf, wide: false },
  holds: { title: "Who holds what", panel: Holds, wide: true },
  stress: { title: "Stress", panel: Stress, wide: true },
  evidence: { title: "Evidence", panel: Evidence, wide: true },
  watch: { title: "Watch", panel: Watch, wide: true },
};
