// Shapes of answers to questions: routes, openings, reasons, consent.
import type { Bottleneck, StateHead } from "./types.ts";

export interface Asked {
  from: string;
  to: string;
  commodity: string;
  unit: string;
  currency: string;
  as_of: string;
  shipper: string;
  vehicles: string[];
}

export interface Leg {
  operation: string;
  from: string;
  to: string;
  mode: string;
  row: string;
  territory: string;
  operator: string;
  length_km: number;
  time_h: number;
  time_sd_h: number;
  cost: number;
  toll: number;
  sources: string[];
  confidence: string;
}

export interface Route {
  length_km: number;
  time_h: number;
  time_sd_h: number;
  cost: Record<string, number>;
  modes: string[];
  territories: string[];
  passages: string[];
  borders: number;
  gauge_changes: number;
  receipts: Record<string, number>;
  confidence: string;
  legs: Leg[];
}

export interface Permission {
  kind: string;
  actor: string;
  lever: string;
  what: string;
  rule: string;
}

export interface Opening {
  permissions: Permission[];
  cost: number;
  length_km: number;
  territories: string[];
}

export interface Consent {
  vetoes: string[];
  blocking: string[][];
  opening: string[][];
  opening_complete: boolean;
}

export interface RouteAnswer {
  status: string;
  note: string;
  query: Asked;
  routes: Route[];
  openings: Opening[];
  consent: Consent | null;
}

export interface Reason {
  kind: string;
  text: string;
  rule: string;
  actor: string;
  valid_from: string;
  valid_until: string;
  sources: string[];
  confidence: string;
}

export interface ExplainAnswer {
  status: string;
  subject: string;
  query: Asked;
  reasons: Reason[];
}

export interface ConsentAnswer {
  route: { from: string; to: string; consent: Consent | null; losses: { actor: string; own_loss: number; system_loss: number }[] } | null;
}

export interface Loss {
  loss: number;
  rerouting: number;
  unserved: number;
  unserved_volume: Record<string, number>;
  rerouted_volume: Record<string, number>;
  delay_h: Record<string, number>;
  receipts: Record<string, number>;
}

export interface WhatIfAnswer {
  before: StateHead;
  after: StateHead;
  change: Loss;
  welfare_loss: Record<string, number>;
  links: { link: string; commodity: string; before: number; after: number }[];
  bottlenecks_before: Bottleneck[];
  bottlenecks: Bottleneck[];
}
