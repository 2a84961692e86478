// Shapes of the results of stress runs.
import type { Loss } from "./answers.ts";
import type { Estimate, LossesHead } from "./losses.ts";

export interface StressQuestion {
  kinds: string[];
  share_left: number | null;
  days: number | null;
  elements: number;
  unlimited: string[];
}

export interface Failure extends Loss {
  kind: string;
  subject: string;
  falls: { what: string; after_h: number }[];
  loss_of_duration: number | null;
  at_least: number;
  at_most: number;
  welfare_loss: Record<string, number>;
  prices: { demand: string; commodity: string; before: number; after: number }[];
  scarcity: { limit: string; before: number; after: number }[];
  volumes: { kind: string; subject: string; commodity: string; change: number }[];
}

export interface EachAnswer {
  head: LossesHead;
  question: StressQuestion;
  worked_out: number;
  idle: number;
  rest_at_most: number;
  failures: Failure[];
}

export interface FailurePair {
  elements: [string, string];
  loss: number;
  loss_of_duration: number | null;
  synergy: number;
  solved: boolean;
}

export interface PairsAnswer {
  head: LossesHead;
  question: StressQuestion;
  pairs_of_all: number;
  by_flow: number;
  rest_at_most: number;
  alone: Record<string, number>;
  pairs: FailurePair[];
}

export interface FailureSet {
  elements: string[];
  loss: number;
  loss_of_duration: number | null;
}

export interface WorstAnswer {
  head: LossesHead;
  question: StressQuestion;
  budget: number;
  worst: FailureSet;
  equals: FailureSet[];
  at_most: number;
  heuristic: FailureSet;
  heuristic_gap: number;
  worked_out: number;
}

export interface ChanceAnswer {
  head: LossesHead;
  drawn: number;
  sets: number;
  seed: number;
  /** Probability of 0, 1, 2, … events in a year. */
  mass: number[];
  expected: Estimate;
  exact: number;
  chance_of_loss: Estimate;
  tails: { level: number; value_at_risk: Estimate; conditional: Estimate }[];
  by_cause: Record<string, number>;
  events: { element: string; cause: string; probability: number; days_low: number; days_high: number; loss_if_alone: number }[];
}
