//! What must hold on any network: conservation, masks, monotone denial, equal signatures, the empty scenario.
use fixedbitset::FixedBitSet;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use thalweg_engine::assign::{Method, assign};
use thalweg_engine::assignment::Assignment;
use thalweg_engine::closures::closures;
use thalweg_engine::gate_kinds::{ClosureKind, closable};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::path_sets::{PathSets, VARIETY};
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::scenario::Scenario;
use thalweg_model::sketch::sketch;
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::instance::Instance;
use thalweg_network::remaining::remaining_cost;

/// A random study of twelve places in four states with rail and road, two transfers, rules and eight demands.
pub fn random_text(seed: u64) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut text = String::from(
        "state S0 S1 S2 S3; commodity goods vot=0.5 vor=0.1 theta=0.2 unserved=60; commodity oil modes=rail unserved=80\n",
    );
    for place in 0..12 {
        text += &format!("node N{place} in=S{}\n", place % 4);
    }
    for link in 0..26 {
        let (from, to) = (random.random_range(0..12), random.random_range(0..12));
        if from == to {
            continue;
        }
        let mode = ["rail", "road"][random.random_range(0..2)];
        let (state, cost, hours) = (random.random_range(0..4), random.random_range(1..9), random.random_range(0..5));
        text += &format!(
            "link N{from}-N{to} {mode} in=S{state} km={cost} cost={cost} h={hours} sd=1 toll=1>S{state} key=L{link}\n"
        );
    }
    text += "transfer N1 rail road h=2 cost=1; transfer N6 rail road h=1 cost=2\n";
    for rule in 0..random.random_range(0..4) {
        let (state, party) = (random.random_range(0..4), random.random_range(0..4));
        let kind = ["deny", "deny", "surcharge", "delay"][random.random_range(0..4)];
        let amount = if kind == "deny" { "" } else { "4" };
        text += &format!("{kind} S{state} {amount} territory=S{state} origin=S{party} key=R{rule}\n");
    }
    for demand in 0..8 {
        let (from, to) = (random.random_range(0..12), random.random_range(0..12));
        if from != to {
            let what = ["goods", "oil"][random.random_range(0..2)];
            text += &format!("demand N{from}>N{to} {what} {} key=D{demand}\n", random.random_range(1..20));
        }
    }
    text
}

fn instance(text: &str) -> Instance {
    let model = sketch(text);
    Instance::base(Arc::new(model.clone()), model.head.as_of, &[]).unwrap()
}

/// Each path leads from its variant's origin to its segment's destination without a gap, over open arcs only, and
/// what is served and unserved add up to the demand.
fn assert_sound(instance: &Instance, assignment: &Assignment, text: &str) {
    for (segment, flow) in assignment.segments.iter().enumerate() {
        let row = &instance.demand.segments[segment];
        assert!((flow.served() + flow.unserved - row.volume).abs() < 1e-9 * row.volume, "{text}");
        for path in &flow.paths {
            let class = instance.classes.class(path.class);
            let mut at = row.variants[path.variant].origin;
            for arc in &path.arcs {
                assert_eq!(instance.network.arc(*arc).tail, at, "{text}");
                assert!(class.allowed.contains(arc.index()), "{text}");
                at = instance.network.arc(*arc).head;
            }
            assert_eq!(Some(at), row.destination, "{text}");
            let price = Search::of(&instance.network, class).price(&path.arcs).unwrap();
            assert!((price - path.cost).abs() < 1e-9 * (1.0 + price), "{text}");
        }
    }
}

#[test]
fn flow_is_conserved_and_keeps_to_its_mask_by_both_programs() {
    let mut served = 0.0;
    for seed in 0..120 {
        let text = random_text(seed);
        let instance = instance(&text);
        let least = assign(&instance, Method::LeastCost, &Silent).unwrap();
        let sets = PathSets::over(&[&instance], VARIETY);
        let described = assign(&instance, Method::PathSizeLogit(&sets), &Silent).unwrap();
        assert_sound(&instance, &least, &text);
        assert_sound(&instance, &described, &text);
        served += least.segments.iter().map(|flow| flow.served()).sum::<f64>();
    }
    assert!(served > 1000.0, "the random studies serve almost nothing: {served}");
}

#[test]
fn a_search_led_by_the_costs_of_the_open_network_finds_what_a_plain_one_finds_with_arcs_shut() {
    let (mut led, mut plain) = (DijkstraScratch::default(), DijkstraScratch::default());
    let (mut reached, mut dearer, mut stranded) = (0, 0, 0);
    for seed in 0..120 {
        let text = random_text(seed);
        let instance = instance(&text);
        let mut random = ChaCha8Rng::seed_from_u64(1000 + seed);
        let mut shut = FixedBitSet::with_capacity(instance.network.arcs().len());
        (0..shut.len()).for_each(|arc| shut.set(arc, random.random_range(0..6) == 0));
        let surcharge: Vec<f64> = (0..shut.len()).map(|_| f64::from(random.random_range(0..3))).collect();
        for (segment, row) in instance.demand.segments.iter().enumerate() {
            let Some(destination) = row.destination else { continue };
            for (variant, id) in row.variants.iter().zip(&instance.classes.of_variant[segment]) {
                let class = instance.classes.class(*id);
                let rest = remaining_cost(&instance.network, class, destination);
                let search =
                    Search { shut: Some(&shut), surcharge: Some(&surcharge), ..Search::of(&instance.network, class) };
                search.run(variant.origin, Some(destination), &mut plain);
                let price = plain.cost_of(destination);
                search.run_towards(variant.origin, (destination, &rest), f64::INFINITY, &mut led);
                assert!((led.cost_of(destination) - price).abs() < 1e-9 || led.cost_of(destination) == price, "{text}");
                let path = led.path(destination);
                assert_eq!(
                    path.as_ref().map(|path| search.price(&path.arcs).is_some()),
                    plain.path(destination).map(|_| true)
                );
                reached += usize::from(price.is_finite());
                stranded += usize::from(price.is_infinite());
                dearer += usize::from(price.is_finite() && price > rest[variant.origin.index()] + 1e-9);
                // Below the limit the answer is exact, at or above it nothing cheaper is claimed.
                search.run_towards(variant.origin, (destination, &rest), price * 0.9, &mut led);
                assert!(led.cost_of(destination) >= price * 0.9, "{text}");
            }
        }
    }
    assert!(reached > 100 && dearer > 50 && stranded > 50, "{reached} reached, {dearer} dearer, {stranded} stranded");
}

#[test]
fn a_denial_never_lowers_a_least_cost() {
    let mut rose = 0;
    for seed in 0..120 {
        let text = random_text(seed);
        let before = assign(&instance(&text), Method::LeastCost, &Silent).unwrap();
        for state in 0..4 {
            let denied = format!("{text}deny S{state} territory=S{state} mode=road key=extra");
            let after = assign(&instance(&denied), Method::LeastCost, &Silent).unwrap();
            for (one, other) in before.segments.iter().zip(&after.segments) {
                assert!(other.price >= one.price - 1e-12, "{denied}");
                rose += usize::from(other.price > one.price);
            }
        }
    }
    assert!(rose > 50, "only {rose} prices rose");
}

#[test]
fn the_base_equals_the_empty_scenario() {
    for seed in 0..40 {
        let base = instance(&random_text(seed));
        let same = base.apply(&Scenario::base()).unwrap();
        assert_eq!(
            assign(&base, Method::LeastCost, &Silent).unwrap(),
            assign(&same, Method::LeastCost, &Silent).unwrap()
        );
    }
}

#[test]
fn shipments_of_equal_signature_have_identical_skims() {
    let text = "state A B C; node N1 in=A; node N2 in=B; node N3 in=C; link N1-N2 rail in=B cost=3; link N2-N3 rail in=C cost=4
        deny B territory=B shipper=C key=only_c; demand N1>N3 goods 5 shipper=A; demand N1>N3 goods 7 shipper=B";
    let instance = instance(text);
    assert_eq!(instance.classes.of_variant[0], instance.classes.of_variant[1]);
    let flows = assign(&instance, Method::LeastCost, &Silent).unwrap();
    assert_eq!(flows.segments[0].price, flows.segments[1].price);
}

#[test]
fn bytes_are_the_same_on_one_thread_and_on_four() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let instance = instance(&random_text(7));
            let sets = PathSets::over(&[&instance], VARIETY);
            let described = assign(&instance, Method::PathSizeLogit(&sets), &Silent).unwrap();
            let oracle = Oracle::new(instance, Vec::new());
            let closed = closures(&oracle, &State::base(), ClosureKind::Link, &Silent).unwrap();
            let value = oracle.value(&State::base(), &Silent).unwrap();
            format!("{described:?}{closed:?}{:?}{:?}", value.assignment, value.welfare)
        })
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn reordering_rows_changes_no_price() {
    for seed in 0..40 {
        let text = random_text(seed);
        let (links, others): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("link"));
        let mut reversed = links.clone();
        reversed.reverse();
        let turned = |links: &[&str]| {
            let (head, tail): (Vec<&str>, Vec<&str>) = others.iter().partition(|line| !line.starts_with("demand"));
            [head, links.to_vec(), tail].concat().join("\n")
        };
        let one = assign(&instance(&turned(&links)), Method::LeastCost, &Silent).unwrap();
        let other = assign(&instance(&turned(&reversed)), Method::LeastCost, &Silent).unwrap();
        for (one, other) in one.segments.iter().zip(&other.segments) {
            assert!((one.price - other.price).abs() <= 1e-9 * one.price.abs(), "{text}");
        }
    }
}

#[test]
fn a_closure_asked_of_the_oracle_equals_shortest_paths_without_the_arcs() {
    for seed in 0..30 {
        let instance = instance(&random_text(seed));
        let base = assign(&instance, Method::LeastCost, &Silent).unwrap();
        let oracle = Oracle::new(instance.clone(), Vec::new());
        for closure in closures(&oracle, &State::base(), ClosureKind::Link, &Silent).unwrap() {
            let mut shut = instance.clone();
            for arc in closable(&instance, ClosureKind::Link)[&closure.subject].ones() {
                shut.supply.open.set(arc, false);
            }
            let after = assign(&shut.classified().unwrap(), Method::LeastCost, &Silent).unwrap();
            assert!((after.loss() - base.loss() - closure.change.loss).abs() < 1e-9 * base.loss().max(1.0));
        }
    }
}

#[test]
fn a_charge_on_a_territory_is_paid_at_the_first_touch_only() {
    let text = "state A B; node N1 in=A; node N2 in=B; node N3 in=B; node N4 in=A
        link N1-N2 rail in=B cost=1; link N2-N3 rail in=B cost=1; link N3-N4 rail in=B cost=1
        surcharge B 10 territory=B key=transit_fee; demand N1>N4 goods 1";
    let instance = instance(text);
    assert_eq!(assign(&instance, Method::LeastCost, &Silent).unwrap().segments[0].price, 13.0);
}

#[test]
fn a_rule_with_history_shuts_a_place_only_to_those_who_called_elsewhere() {
    let text = "state A B C; node N1 in=A; node N2 in=A; node N3 in=B; node N4 in=C
        link N1-N3 rail in=B cost=1; link N3-N4 rail in=C cost=1; link N1-N2 rail in=A cost=2; link N2-N4 rail in=C cost=2
        deny C territory=C after=territory:B key=not_after_b; demand N1>N4 goods 1; demand N3>N4 goods 1";
    let instance = instance(text);
    let flows = assign(&instance, Method::LeastCost, &Silent).unwrap();
    assert_eq!(flows.segments[0].price, 4.0);
    assert!(!flows.segments[1].reachable, "a shipment that starts in B has touched B");
}

#[test]
fn an_exemption_is_a_more_specific_permit_of_the_same_actor() {
    let text = |permit: &str| {
        format!(
            "state A B C; node N1 in=A; node N2 in=C; link N1-N2 pipeline in=B cost=1
            deny B territory=B key=shut; {permit}; demand N1>N2 goods 1"
        )
    };
    let reachable = |permit: &str| {
        let instance = instance(&text(permit));
        assign(&instance, Method::LeastCost, &Silent).unwrap().segments[0].reachable
    };
    assert!(!reachable("state D"));
    assert!(reachable("permit B territory=B origin=A key=exempt"));
    assert!(!reachable("permit C territory=B origin=A key=not_theirs_to_lift"));
    assert!(!reachable("permit B territory=B key=as_general_as_the_ban"));
}

#[test]
fn a_tree_and_a_single_pair_search_agree_with_bellman_ford() {
    for seed in 0..60 {
        let text = random_text(seed);
        let instance = instance(&text);
        for (segment, row) in instance.demand.segments.iter().enumerate() {
            let Some(destination) = row.destination else { continue };
            for (position, variant) in row.variants.iter().enumerate() {
                let class = instance.classes.class(instance.classes.of_variant[segment][position]);
                if !class.flags.is_empty() {
                    continue;
                }
                let mut label = vec![f64::INFINITY; instance.network.vertices().len()];
                label[variant.origin.index()] = 0.0;
                for _ in 0..label.len() {
                    for (arc, row) in
                        instance.network.arcs().iter().enumerate().filter(|(arc, _)| class.allowed.contains(*arc))
                    {
                        label[row.head.index()] =
                            label[row.head.index()].min(label[row.tail.index()] + class.generalised[arc]);
                    }
                }
                let mut scratch = DijkstraScratch::default();
                let found = Search::of(&instance.network, class).cheapest(variant.origin, destination, &mut scratch);
                let found = found.map_or(f64::INFINITY, |path| path.cost);
                let slow = label[destination.index()];
                assert!(found == slow || (found - slow).abs() < 1e-9 * slow, "{found} against {slow}: {text}");
            }
        }
    }
}
