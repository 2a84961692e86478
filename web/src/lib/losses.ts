// Shapes of the results of runs: dependence, refusals, brokerage, power, failures, claims.

export interface LossesHead {
  currency: string;
  as_of: string;
  base_cost: number;
  solves: number;
}

export interface Relation {
  by: string;
  of: string | null;
  levers: string[];
  commodity: string | null;
  layer: string | null;
  unit: string | null;
  demand: number;
  exposed: number;
  exposure: number;
  indispensable: number;
  indispensability: number;
  refusal: number;
  rerouting: number;
  unserved: number;
  own_loss: number | null;
  toll: { charge: number; revenue: number } | null;
  steps: { from: number; to: number | null; touching: number }[];
  by_unserved_cost: { factor: number; refusal: number }[];
  exact: boolean;
}

export interface DependAnswer {
  head: LossesHead;
  horizons: { horizon: string; relations: Relation[] }[];
  caveats: string[];
}

export interface Refusal {
  by: string;
  of: string;
  lever: string;
  by_partner: boolean;
  harm: number;
  self_cost: number;
  receipts_lost: number;
  room_for_coercion: number;
  system_loss: number;
  others: Record<string, number>;
}

export interface Stakes {
  by: string;
  of: string;
  lever: string;
  trade_paid: number;
  trade_worth: number;
  harm_of_worth: number | null;
  asymmetry: number | null;
  mutual_stake: number;
  co_ownership: number;
  shared_assets: { asset: string; paid: number; refuser: number; refused: number }[];
  in_turn: { lever: string; harm: number; self_cost: number } | null;
  harmed: { actor: string; amount: number }[];
  gainers: { actor: string; amount: number }[];
  by_unserved_cost: { factor: number; harm: number; self_cost: number }[];
}

export interface RefuseAnswer {
  head: LossesHead;
  refusals: Refusal[];
  stakes: Stakes[];
  caveats: string[];
}

export interface BrokerAnswer {
  head: LossesHead;
  brokers: { actor: string; lever: string; cost: number; pairs: { one: string; other: string; cost: number }[] }[];
  pairs_apart: [string, string][];
  relations: {
    states: { actor: string; betweenness: number; constraint: number | null; coordinator: number; gatekeeper: number; itinerant: number; liaison: number; representative: number }[];
  } | null;
  caveats: string[];
}

export interface Estimate {
  value: number;
  min: number | null;
  max: number | null;
}

export interface PowerAnswer {
  head: LossesHead;
  levers: string[];
  shared: number;
  orders: number;
  players: {
    player: string;
    withdrawal_loss: number;
    own_loss: number;
    others_loss: number;
    propensity_to_disrupt: number | null;
    shapley: Estimate | null;
    banzhaf: number | null;
    owen: number | null;
    ranks: [number, number];
  }[];
  interactions: { one: string; other: string; interaction: number }[];
  caveats: string[];
}
