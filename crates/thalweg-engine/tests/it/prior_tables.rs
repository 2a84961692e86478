//! Prior tables: margins, closed forms of two by two, the entropy's top against a slow search, and what cannot be.
use crate::dependence_curves::oracle_of;
use thalweg_engine::furness::short_rows;
use thalweg_engine::prior::{Impedance, Prior, PriorError, Total, Zero, prior, totals_of_demand};
use thalweg_model::ids::CommodityId;
use thalweg_network::instance::Instance;

const GOODS: CommodityId = CommodityId(0);

fn instance_of(text: &str) -> Instance {
    oracle_of(text).base().clone()
}

/// Totals as `place produces attracts`.
fn totals(instance: &Instance, rows: &[(&str, f64, f64)]) -> Vec<Total> {
    let node = |key: &str| instance.model.nodes.iter().position(|row| row.key == key).unwrap().into();
    rows.iter().map(|&(key, produces, attracts)| Total { node: node(key), produces, attracts }).collect()
}

fn volumes(found: &Prior) -> Vec<f64> {
    found.pairs.iter().map(|pair| pair.volume).collect()
}

/// Two places that send, two that receive; costs 1, 3 and 4, 2.
const SQUARE: &str = "state S; node a in=S; node b in=S; node c in=S; node d in=S
    link a-c rail cost=1 oneway; link a-d rail cost=3 oneway; link b-c rail cost=4 oneway; link b-d rail cost=2 oneway
    demand a>c goods 1; demand b>d goods 2; demand a>d goods 3";

#[test]
fn the_odds_of_a_square_are_those_of_its_costs_and_its_margins_are_met() {
    let instance = instance_of(SQUARE);
    let rows = totals(&instance, &[("a", 60.0, 0.0), ("b", 40.0, 0.0), ("c", 0.0, 55.0), ("d", 0.0, 45.0)]);
    let beta = 0.25;
    let found = prior(&instance, GOODS, &rows, Impedance::Beta(beta)).unwrap();
    let t = volumes(&found);
    for (sum, wanted) in [(t[0] + t[1], 60.0), (t[2] + t[3], 40.0), (t[0] + t[2], 55.0), (t[1] + t[3], 45.0)] {
        assert!((sum - wanted).abs() < 1e-9 * wanted, "{sum} for {wanted}");
    }
    // Row and column factors cancel in the odds ratio: exp(-beta (1 + 2 - 3 - 4)).
    let odds = t[0] * t[3] / (t[1] * t[2]);
    assert!((odds - (4.0 * beta).exp()).abs() < 1e-8 * odds, "{odds}");
    // With the odds r known, x = T_ac solves x (x - 15) = r (60 - x)(55 - x).
    let r = (4.0 * beta).exp();
    let (a, b, c) = (1.0 - r, -15.0 + r * 115.0, -r * 3300.0);
    let root = (-b + (b * b - 4.0 * a * c).sqrt()) / (2.0 * a);
    assert!((t[0] - root).abs() < 1e-8, "{} for {root}", t[0]);
    assert!((found.mean_cost - (t[0] + 3.0 * t[1] + 4.0 * t[2] + 2.0 * t[3]) / 100.0).abs() < 1e-12);
}

#[test]
fn without_impedance_pairs_are_products_of_their_totals_and_the_mean_cost_asked_for_is_met() {
    let instance = instance_of(SQUARE);
    let rows = totals(&instance, &[("a", 60.0, 0.0), ("b", 40.0, 0.0), ("c", 0.0, 55.0), ("d", 0.0, 45.0)]);
    let free = prior(&instance, GOODS, &rows, Impedance::Beta(0.0)).unwrap();
    for (volume, wanted) in volumes(&free).into_iter().zip([33.0, 27.0, 22.0, 18.0]) {
        assert!((volume - wanted).abs() < 1e-9, "{volume} for {wanted}");
    }
    assert!((free.mean_cost - (33.0 + 81.0 + 88.0 + 36.0) / 100.0).abs() < 1e-12);
    assert_eq!(free.mean_cost, free.mean_cost_without);
    let known = prior(&instance, GOODS, &rows, Impedance::Beta(0.7)).unwrap();
    let again = prior(&instance, GOODS, &rows, Impedance::MeanCost(known.mean_cost)).unwrap();
    assert!((again.beta - 0.7).abs() < 1e-7, "{}", again.beta);
    assert!((again.mean_cost - known.mean_cost).abs() < 1e-9 * known.mean_cost);
}

#[test]
fn no_table_of_the_same_totals_and_mean_cost_has_more_entropy() {
    let instance = instance_of(
        "state S; node a in=S; node b in=S; node c in=S; commodity goods modes=rail
         link a-b rail cost=2; link b-c rail cost=3; link a-c rail cost=7",
    );
    let rows = totals(&instance, &[("a", 30.0, 25.0), ("b", 50.0, 45.0), ("c", 20.0, 30.0)]);
    let found = prior(&instance, GOODS, &rows, Impedance::Beta(0.3)).unwrap();
    let best = volumes(&found);
    let zeros: Vec<usize> = (0..9).filter(|at| found.pairs[*at].way == Err(Zero::SamePlace)).collect();
    assert_eq!(zeros, [0, 4, 8], "a place sends nothing to itself");
    assert!(zeros.iter().all(|at| best[*at] == 0.0));
    // With the diagonal empty one free direction is left: a>b, b>c, c>a up and b>a, c>b, a>c down. Along it cost
    // changes by (2 + 3 + 5) - (2 + 3 + 5) = 0, so the mean cost stays and a slow walk sees the entropy alone.
    let direction = [0.0, 1.0, -1.0, -1.0, 0.0, 1.0, 1.0, -1.0, 0.0];
    let entropy = |step: f64| -> f64 {
        let moved = best.iter().zip(direction).map(|(t, d)| (t + step * d) / 100.0).filter(|share| *share > 0.0);
        moved.map(|share| -share * share.ln()).sum()
    };
    let room = best.iter().zip(direction).filter(|(_, d)| *d != 0.0).map(|(t, _)| *t).fold(f64::INFINITY, f64::min);
    let walk = (-1000..=1000).map(|step| f64::from(step) / 1000.0 * room);
    let top = walk.max_by(|one, other| entropy(*one).total_cmp(&entropy(*other))).unwrap();
    assert!(top.abs() <= room / 1000.0, "the slow walk has its top at {top}");
    assert!((found.entropy - entropy(0.0)).abs() < 1e-12);
    // The cheap way from a to c leads over b.
    assert_eq!(found.pairs[2].way.unwrap().0, 5.0);
}

#[test]
fn pairs_without_a_way_stay_empty_and_totals_they_make_impossible_are_told() {
    let instance = instance_of(
        "state S; node a in=S; node b in=S; node c in=S; node d in=S; commodity goods modes=rail
         link a-c rail cost=1 oneway; link b-c rail cost=1 oneway; link b-d rail cost=5 oneway",
    );
    let fits = totals(&instance, &[("a", 10.0, 0.0), ("b", 30.0, 0.0), ("c", 0.0, 25.0), ("d", 0.0, 15.0)]);
    let found = prior(&instance, GOODS, &fits, Impedance::Beta(1.0)).unwrap();
    assert_eq!(found.pairs[1].way, Err(Zero::NoWay));
    for (volume, wanted) in volumes(&found).into_iter().zip([10.0, 0.0, 15.0, 15.0]) {
        assert!((volume - wanted).abs() < 1e-9, "{volume} for {wanted}");
    }
    let short = totals(&instance, &[("a", 30.0, 0.0), ("b", 10.0, 0.0), ("c", 0.0, 25.0), ("d", 0.0, 15.0)]);
    let error = prior(&instance, GOODS, &short, Impedance::Beta(1.0)).unwrap_err();
    let origins = vec![short[0].node];
    assert_eq!(error, PriorError::Short { origins, produces: 30.0, receivable: 25.0 });
    let uneven = totals(&instance, &[("a", 10.0, 0.0), ("b", 30.0, 0.0), ("c", 0.0, 25.0), ("d", 0.0, 16.0)]);
    assert!(matches!(prior(&instance, GOODS, &uneven, Impedance::Beta(1.0)), Err(PriorError::Totals(_))));
}

#[test]
fn two_places_that_send_more_than_the_other_receives_are_short_however_the_balance_runs_away() {
    let instance = instance_of("state S; node a in=S; node b in=S; commodity goods modes=rail; link a-b rail cost=2");
    let rows = totals(&instance, &[("a", 5.0, 9.0), ("b", 5.0, 1.0)]);
    let error = prior(&instance, GOODS, &rows, Impedance::Beta(0.1)).unwrap_err();
    assert!(matches!(error, PriorError::Short { produces: 5.0, receivable: 1.0, .. }), "{error:?}");
    let fits = totals(&instance, &[("a", 5.0, 3.0), ("b", 3.0, 5.0)]);
    let found = prior(&instance, GOODS, &fits, Impedance::Beta(0.1)).unwrap();
    assert_eq!(found.pairs.iter().map(|pair| pair.volume).sum::<f64>(), 8.0);
}

#[test]
fn a_mean_cost_out_of_reach_is_answered_with_what_was_reached() {
    let instance = instance_of(SQUARE);
    let rows = totals(&instance, &[("a", 60.0, 0.0), ("b", 40.0, 0.0), ("c", 0.0, 55.0), ("d", 0.0, 45.0)]);
    // At least 55 go a>c, 5 a>d, 40 b>d: (55 + 15 + 80) / 100.
    let Err(PriorError::Unreached { asked, least, most }) = prior(&instance, GOODS, &rows, Impedance::MeanCost(1.0))
    else {
        panic!("a mean of 1 is below the least")
    };
    assert!(asked == 1.0 && (most - 2.38).abs() < 1e-9, "{most}");
    assert!((1.5 - 1e-9..1.51).contains(&least), "{least}");
    assert!(matches!(prior(&instance, GOODS, &rows, Impedance::MeanCost(2.5)), Err(PriorError::Unreached { .. })));
}

#[test]
fn totals_of_the_study_s_own_demand_give_back_what_its_own_table_wants_by_place() {
    let instance = instance_of(SQUARE);
    let rows = totals_of_demand(&instance, GOODS);
    let of = |key: &str| rows.iter().find(|row| instance.model.nodes[row.node.index()].key == key).unwrap();
    assert_eq!((of("a").produces, of("b").produces, of("c").attracts, of("d").attracts), (4.0, 2.0, 1.0, 5.0));
    let found = prior(&instance, GOODS, &rows, Impedance::Beta(0.5)).unwrap();
    assert_eq!(found.pairs.iter().map(|pair| pair.stated).sum::<f64>(), 6.0);
}

#[test]
fn rows_are_short_exactly_where_no_table_exists() {
    // Against every subset of rows, on all patterns of three by three.
    let (rows, columns) = ([3.0, 2.0, 1.0], [2.0, 2.0, 2.0]);
    for pattern in 0..512_u32 {
        let open: Vec<Vec<bool>> =
            (0..3).map(|row| (0..3).map(|column| pattern >> (3 * row + column) & 1 == 1).collect()).collect();
        let short = |set: u32| {
            let within = |row: &usize| set >> row & 1 == 1;
            let sent: f64 = (0..3).filter(within).map(|row| rows[row]).sum();
            let reached = |column: &usize| (0..3).filter(within).any(|row| open[row][*column]);
            sent > (0..3).filter(reached).map(|column| columns[column]).sum::<f64>() + 1e-9
        };
        let found = short_rows(&rows, &columns, &open);
        assert_eq!(found.is_some(), (1..8).any(short), "pattern {pattern:b}");
        if let Some(found) = found {
            assert!(short(found.iter().map(|row| 1 << row).sum()), "pattern {pattern:b}: {found:?}");
        }
    }
}
