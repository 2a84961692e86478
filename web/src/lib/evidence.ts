// Shapes of what is shown as evidence: claims, counts beside the model, weak rows.

export interface Claim {
  key: string;
  statement: string;
  sources: string[];
  implied_low: number | null;
  implied_high: number | null;
  unit: string;
  others: { sources: string[]; value: number; low: number | null; high: number | null; stands: string; note: string }[];
  modelled: { scenario: string; measure: string; subject: string; value: number; low: number | null; high: number | null; stands: string; program: string } | null;
  verdict: string;
  reason: string;
  note: string;
}

export interface ClaimsAnswer {
  claims: Claim[];
}

export interface Observed {
  key: string;
  gate: string;
  commodity: string;
  period: string;
  observed: number;
  modelled: number;
  unit: string;
  counts: string;
  feeds_demand: boolean;
  same_year: boolean;
}

export interface RunAnswer {
  scenarios: { name: string; observed: Observed[] }[];
  weak: { row: string; confidence: string; cost: number; volume: Record<string, number>; sources: string[]; note: string }[];
  confidence: { commodity: string; confidence: string; cost_share: number; volume_share: number; demand_share: number }[];
}

export interface TableAnswer {
  table: string;
  about: string;
  columns: { column: string; about: string; unit: string }[];
  total: number;
  offset: number;
  rows: Record<string, string | number | boolean>[];
}
