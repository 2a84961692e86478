// Shapes of the results of runs about risk in calm times, the order of repair, and a newcomer of any size.
import type { Loss } from "./answers.ts";
import type { LossesHead } from "./losses.ts";

export interface Burden extends Loss {
  through_before: Record<string, number>;
  through_after: Record<string, number>;
}

export interface RiskAnswer {
  head: LossesHead;
  hazards: (Burden & { hazard: string; cause: string; premium: number; time_sd_h: number })[];
  by_cause: Record<string, Burden>;
  together: Burden | null;
  within_km: number;
  near: { hazard: string; demand: string; commodity: string; volume: number; distance_km: number; link: string }[];
}

export interface Plan {
  steps: { what: string; begins_day: number; ends_day: number; yearly_cost_before: number; yearly_cost_after: number }[];
  total: number;
  exact: boolean;
  myopic_total: number;
  none_total: number;
  at_least: number;
}

export interface RepairAnswer {
  head: LossesHead;
  horizon_days: number;
  tasks: { what: string; days: number; cost: number }[];
  plan: Plan;
  opened: { scenario: string; plan: Plan; saved_by_mending: number; saved_by_opening: number; saved_by_both: number } | null;
}

export interface NewcomerAnswer {
  head: LossesHead;
  scenario: string;
  limits: string[];
  full: number;
  refusal_without: number;
  sizes: { share: number; size: number; refusal: number; undelivered: number; carried: number; exposure: number }[];
  pivotal_until: number | null;
  fails_together: boolean;
  saves_in_calm: number;
  saves_when_refused: number;
  worth: { annual_cost: number; verdict: string; probability: number | null; pays_from_share: number | null } | null;
}
