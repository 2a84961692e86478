//! The page of validation cases: what a publication or a closed form expects, what comes out, and how far apart they are.
use crate::equilibrium_published::{SO, UE, case};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use thalweg_engine::equilibrium::closures::close_under_equilibrium;
use thalweg_engine::equilibrium::road_network::{Extent, RoadLink, RoadNetwork};
use thalweg_engine::equilibrium::solve;
use thalweg_engine::equilibrium::trip_table::{Trip, TripTable};
use thalweg_engine::equilibrium::volume_delay::VolumeDelay;
use thalweg_engine::games::Game;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::indices::{
    DailyCapacities, Source, effective_number, herfindahl_hirschman, import_route_diversification, n_minus_1,
    residual_supply, shannon_wiener_neumann, three_pivotal,
};
use thalweg_engine::kept::Nothing;
use thalweg_engine::newcomer::{Question, limits_of, newcomer};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::{Denial, State};
use thalweg_engine::structure::{betweenness, constraint, effective_size};
use thalweg_engine::watch::Silent;
use thalweg_formats::report::short;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Lever;
use thalweg_model::scenario::{Change, Scenario};
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;

/// One expectation: what of, expected, found, and the relative error allowed.
struct Row(String, f64, f64, f64);

/// One case: title, whose it is, its expectations.
struct Case {
    title: &'static str,
    source: &'static str,
    rows: Vec<Row>,
}

const EXACT: f64 = 1e-9;

fn row(what: &str, expected: f64, found: f64) -> Row {
    Row(what.to_owned(), expected, found, EXACT)
}

fn each(what: &str, expected: &[f64], found: &[f64]) -> Vec<Row> {
    assert_eq!(expected.len(), found.len(), "{what}");
    let numbered = expected.iter().zip(found).enumerate();
    numbered.map(|(place, (expected, found))| row(&format!("{what} {}", place + 1), *expected, *found)).collect()
}

fn linear(from: u32, to: u32, time: f64, slope: f64) -> RoadLink {
    // A time of zero has no share that grows; the smallest one that does stands for it.
    let time = time.max(1e-9);
    let delay = VolumeDelay::Bpr { free_flow_time: time, coefficient: slope / time, power: 1.0, capacity: 1.0 };
    RoadLink { from, to, delay, fixed_cost: 0.0 }
}

fn braess() -> Case {
    let links = vec![
        linear(0, 2, 0.0, 10.0),
        linear(0, 3, 50.0, 1.0),
        linear(2, 1, 50.0, 1.0),
        linear(2, 3, 10.0, 1.0),
        linear(3, 1, 0.0, 10.0),
    ];
    let network = RoadNetwork::new(Extent { zones: 2, nodes: 4, first_thru_node: 0 }, links).unwrap();
    let trips = TripTable::new(2, vec![Trip { origin: 0, destination: 1, volume: 6.0 }]).unwrap();
    let ue = solve(&network, &trips, UE, &Silent);
    let optimum = solve(&network, &trips, SO, &Silent).tstt;
    let (_, closed) = close_under_equilibrium(&network, &trips, &[3], (1e-12, 500), &Silent);
    let rows = [
        ("Beckmann at the equilibrium", 386.0, ue.beckmann),
        ("total time of users", 552.0, ue.tstt),
        ("total time at the optimum", 498.0, optimum),
        ("total time of users without the bridge", 498.0, closed[0].tstt),
    ];
    Case {
        title: "Braess's network, six trips",
        source: "Braess (1968)",
        rows: rows.map(|(what, expected, found)| Row(what.to_owned(), expected, found, 1e-7)).into(),
    }
}

/// The text network of the golden case, which stands beside the engine's own tests.
fn mini_corridor() -> &'static str {
    let file = include_str!("../../../thalweg-engine/tests/it/mini_corridor_study.rs");
    file.split("MINI_CORRIDOR: &str = \"").nth(1).unwrap().split("\";").next().unwrap()
}

fn oracle(text: &str) -> Oracle {
    let model = sketch(text);
    let as_of = model.head.as_of;
    Oracle::new(Instance::base(Arc::new(model), as_of, &[]).unwrap(), Vec::new())
}

fn actor(oracle: &Oracle, key: &str) -> ActorId {
    oracle.base().model.actors.iter().position(|actor| actor.key == key).unwrap().into()
}

fn golden() -> Case {
    let oracle = oracle(mini_corridor());
    let cost = |state: &State| oracle.cost(state, &Silent).unwrap();
    let base = cost(&State::base());
    let mut rows = vec![row("least cost of the base", 81_680.0, base)];
    for (by, of, loss) in [
        ("RU", "KZ", 33_580.0),
        ("RU", "EU", 34_380.0),
        ("TR", "IL", 16_740.0),
        ("TR", "AZ", 14_000.0),
        ("TR", "EU", 14_000.0),
        ("EG", "EU", 7_050.0),
        ("GE", "EU", 0.0),
    ] {
        let state = State::base().denying(actor(&oracle, by), Some(actor(&oracle, of)), Lever::Territory);
        rows.push(row(&format!("loss when {by} refuses {of} by territory"), loss, cost(&state) - base));
    }
    for (by, loss) in [("RU", 34_380.0), ("BY", 2_540.0), ("TR", 35_340.0), ("EG", 7_050.0), ("KZ", 440.0)] {
        let state = State::base().denying(actor(&oracle, by), None, Lever::Territory);
        rows.push(row(&format!("loss when {by} closes to all"), loss, cost(&state) - base));
    }
    for (link, loss) in [("baku_cey", 35_340.0), ("kz_eu_cpc", 31_840.0), ("nvr_eu", 31_840.0)] {
        let state = State::base().shutting(ClosureKind::Link, link);
        rows.push(row(&format!("loss when link {link} fails"), loss, cost(&state) - base));
    }
    Case {
        title: "Corridor of 24 arcs and 6 demands: refusals, closures, failures",
        source: "fictional; each value by a linear program of its own, written apart from this project",
        rows,
    }
}

/// Buyer B wants 100 worth 20 each; A sells 100 at 1, N 20 at 3, the new E up to 100 at 4.
fn modest_supplier(through: &str) -> Vec<(f64, f64)> {
    let text = format!(
        "state A B N E F
        node PA in=A; node PB in=B; node PN in=N; node PE in=E; node PX in={through}
        link PA-PB sea oneway key=a; link PN-PB sea oneway key=n; link PE-PX sea in={through} oneway key=e1; link PX-PB sea oneway key=e2
        supply PA goods cost=1 by=A cap=100 key=a; supply PN goods cost=3 by=N cap=20 key=n
        demand *>PB goods 100 unserved=20 consignee=B"
    );
    let mut model = sketch(&text);
    let mut new = sketch(&format!("{text}; supply PE goods cost=4 by=E cap=100 key=e")).supplies.pop().unwrap();
    new.key = "e".to_owned();
    model.commodities[0].homogeneous = true;
    let scenario =
        Scenario { name: "newcomer".to_owned(), changes: vec![Change::SetSupply(Box::new(new))], ..Scenario::base() };
    let scenarios = vec![scenario];
    let as_of = model.head.as_of;
    let oracle = Oracle::new(Instance::base(Arc::new(model), as_of, &scenarios).unwrap(), scenarios);
    let refusal = Denial::new(actor(&oracle, "A"), Some(actor(&oracle, "B")), Lever::Territory);
    let limits = limits_of(&oracle, &State::base(), 0).unwrap();
    let question = Question { scenario: 0, limits, refusal: BTreeSet::from([refusal]) };
    let found = newcomer(&oracle, &State::base(), (&question, &Nothing), &Silent).unwrap();
    found.sizes.iter().map(|row| (100.0 * row.share, row.refusal())).collect()
}

fn diversification() -> Case {
    let mut rows: Vec<Row> = modest_supplier("F")
        .into_iter()
        .map(|(size, found)| {
            let expected = if size < 80.0 { 1_560.0 - 16.0 * size } else { 280.0 };
            row(&format!("cost of the refusal with a newcomer of {size}"), expected, found)
        })
        .collect();
    rows.push(row("the same with 100 that come through the refuser", 1_560.0, modest_supplier("A").last().unwrap().1));
    Case { title: "A modest supplier of any size", source: "closed form: 1,560 less 16 a unit, to 280 at 80", rows }
}

/// Values of a game's coalitions, singles first, then pairs, then all.
fn three(values: [f64; 7]) -> Game {
    let order: [u32; 7] = [1, 2, 4, 3, 5, 6, 7];
    Game::of(3, |set| order.iter().position(|known| *known == set).map_or(0.0, |place| values[place]))
}

fn games() -> Vec<Case> {
    let talmud = three([0.0, 0.0, 0.0, 0.0, 100.0, 200.0, 300.0]);
    let lemaire = three([46_125.0, 17_437.5, 5_812.5, 69_187.5, 53_812.5, 30_750.0, 90_000.0]);
    let mut insurers = each("Shapley value of", &[51_750.0, 25_875.0, 12_375.0], &lemaire.shapley());
    insurers.extend(each("Banzhaf value of", &[51_281.25, 25_406.25, 11_906.25], &lemaire.banzhaf()));
    insurers.extend(each("Gately's share of", &[51_900.0, 25_687.5, 12_412.5], &lemaire.gately().unwrap().0));
    let power = three([0.0, 0.0, 0.0, 1_170.0, 770.0, 210.0, 1_530.0]);
    let points = [827.704_9, 476.557_4, 225.737_7];
    let gately = points.iter().zip(power.gately().unwrap().0).enumerate();
    let gately =
        gately.map(|(place, (point, found))| Row(format!("Gately's share of {}", place + 1), *point, found, 1e-6));
    let weights = [4, 4, 4, 2, 2, 1];
    let council = Game::of(6, |set| {
        let votes: i32 = (0..6).filter(|player| set >> player & 1 == 1).map(|player| weights[player]).sum();
        f64::from(u8::from(votes >= 12))
    });
    let (large, small) = (7.0 / 30.0, 3.0 / 20.0);
    let transit = Game::of(3, |set| {
        let has = |player: u32| f64::from(u8::from(set >> player & 1 == 1));
        has(0) * (70.0 * has(1) + 30.0 * has(2) + 55.0).min(100.0)
    });
    vec![
        Case {
            title: "Estate of 300 among claims of 100, 200 and 300",
            source: "Aumann and Maschler (1985)",
            rows: each("Shapley value of claimant", &[50.0, 100.0, 150.0], &talmud.shapley()),
        },
        Case {
            title: "Three regions that plan electric power together",
            source: "Gately (1974), as the manual of the R package CoopGame prints it",
            rows: gately.collect(),
        },
        Case { title: "Three insurers who invest together", source: "Lemaire (1991)", rows: insurers },
        Case {
            title: "Council of 1958: votes 4, 4, 4, 2, 2, 1, twelve pass",
            source: "textbook case; Luxembourg has a vote and no power",
            rows: each("Shapley value of state", &[large, large, large, small, small, 0.0], &council.shapley()),
        },
        Case {
            title: "Gas by two transit states and a bypass of 55",
            source: "closed form",
            rows: each("Shapley value of player", &[82.5, 12.5, 5.0], &transit.shapley()),
        },
    ]
}

fn ties(pairs: &str) -> (Vec<String>, Vec<Vec<bool>>) {
    let pairs: Vec<(&str, &str)> = pairs.split_whitespace().map(|pair| pair.split_once('-').unwrap()).collect();
    let names: BTreeSet<&str> = pairs.iter().flat_map(|pair| [pair.0, pair.1]).collect();
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let place = |name: &str| names.iter().position(|known| known == name).unwrap();
    let mut related = vec![vec![false; names.len()]; names.len()];
    for (one, other) in pairs {
        (related[place(one)][place(other)], related[place(other)][place(one)]) = (true, true);
    }
    (names, related)
}

fn structure() -> Vec<Case> {
    let (names, related) = ties("A-B A-F A-G A-E E-G F-G B-G B-D D-G G-C");
    let weight: Vec<Vec<f64>> =
        related.iter().map(|row| row.iter().map(|tie| f64::from(u8::from(*tie))).collect()).collect();
    let place = |name: &str| names.iter().position(|known| known == name).unwrap();
    let mut holes = Vec::new();
    for (name, tight, size) in [("A", 0.595_486, 2.5), ("B", 0.642_747, 1.666_667), ("G", 0.400_270, 4.666_667)] {
        let (found, effective) = (constraint(&weight)[place(name)], effective_size(&related)[place(name)]);
        holes.push(Row(format!("constraint of {name}"), tight, found.unwrap(), 1e-5));
        holes.push(Row(format!("effective size of {name}"), size, effective.unwrap(), 1e-5));
    }
    let (families, marriages) = ties(
        "Acciaiuoli-Medici Castellani-Peruzzi Castellani-Strozzi Castellani-Barbadori Medici-Barbadori Medici-Ridolfi \
         Medici-Tornabuoni Medici-Albizzi Medici-Salviati Salviati-Pazzi Peruzzi-Strozzi Peruzzi-Bischeri \
         Strozzi-Ridolfi Strozzi-Bischeri Ridolfi-Tornabuoni Tornabuoni-Guadagni Albizzi-Ginori Albizzi-Guadagni \
         Bischeri-Guadagni Guadagni-Lamberteschi",
    );
    let between = betweenness(&marriages);
    let of = |name: &str| between[families.iter().position(|known| known == name).unwrap()];
    let known = [("Medici", 0.521_978), ("Guadagni", 0.254_579), ("Albizzi", 0.212_454)];
    let rows = known.map(|(name, expected)| Row(format!("betweenness of {name}"), expected, of(name), 1e-5));
    vec![
        Case { title: "Structural holes of seven people", source: "Borgatti's example of Burt (1992)", rows: holes },
        Case {
            title: "Marriages of Florentine families",
            source: "Padgett and Ansell (1993); betweenness of Freeman (1977)",
            rows: rows.into(),
        },
    ]
}

fn indices() -> Case {
    let source = |share, imported, origins: &[f64]| Source { share, imported, origins: origins.to_vec() };
    let sources = [source(0.4, 0.9, &[0.7, 0.2, 0.1]), source(0.35, 0.2, &[0.5, 0.5]), source(0.25, 0.0, &[])];
    let daily = DailyCapacities {
        entry: 100.0,
        production: 20.0,
        storage: 60.0,
        liquefied: 40.0,
        largest: 70.0,
        demand: 120.0,
        demand_side: 0.0,
    };
    let capacities = [50.0, 40.0, 30.0, 20.0];
    Case {
        title: "Indices of supply",
        source: "Herfindahl-Hirschman: US Department of Justice; N-1: Regulation (EU) 2017/1938; the rest worked by hand",
        rows: vec![
            row("concentration of 30, 30, 20, 20", 2_600.0, herfindahl_hirschman(&[30.0, 30.0, 20.0, 20.0])),
            row("effective number of the same", 3.920_263_408_415_58, effective_number(&[30.0, 30.0, 20.0, 20.0])),
            row("Shannon-Wiener-Neumann of three fuels", 0.964_291_531_223_058, shannon_wiener_neumann(&sources, 3)),
            row("N-1, %", 125.0, n_minus_1(&daily)),
            row(
                "import route diversification of 60, 25, 15",
                4_450.0,
                import_route_diversification(&[60.0, 25.0, 15.0]),
            ),
            row("residual supply of the largest of four", 0.9, residual_supply(&capacities, 0, 100.0)),
            row("three pivotal suppliers, the smallest of four", 0.3, three_pivotal(&capacities, 3, 100.0)),
        ],
    }
}

/// A published network: file, title, weights of toll and distance, then Beckmann and the total times of both principles.
type Published = (&'static str, &'static str, (f64, f64), [f64; 3]);

const PUBLISHED: [Published; 2] = [
    ("SiouxFalls", "Sioux Falls", (0.0, 0.0), [4_231_335.287_107_44, 7_480_225.344_8, 7_194_256.052_9]),
    ("Anaheim", "Anaheim", (0.0, 0.0), [1_286_032.171_096, 1_419_913.851_1, 1_395_015.086_7]),
];

/// Published road networks, which stay outside the project; none where the folder of cases is absent.
fn outside() -> Option<Vec<Case>> {
    let one = |(name, title, weights, [beckmann, tstt, optimum]): Published| {
        let (network, trips) = case(name, weights)?;
        let ue = solve(&network, &trips, UE, &Silent);
        let rows = [
            ("Beckmann at the equilibrium", beckmann, ue.beckmann, 1e-8),
            ("total time of users", tstt, ue.tstt, 1e-7),
            ("total time at the optimum", optimum, solve(&network, &trips, SO, &Silent).tstt, 1e-8),
        ];
        let rows = rows.map(|(what, expected, found, allowed)| Row(what.to_owned(), expected, found, allowed));
        let source = "Transportation Networks for Research (the files stay outside: THALWEG_CASES)";
        Some(Case { title, source, rows: rows.into() })
    };
    PUBLISHED.into_iter().map(one).collect()
}

fn error(expected: f64, found: f64) -> f64 {
    (found - expected).abs() / expected.abs().max(1.0)
}

/// Rounding noise is not told apart: it depends on the machine.
fn error_words(expected: f64, found: f64) -> String {
    match error(expected, found) {
        error if error < 1e-11 => "under 1e-11".to_owned(),
        error => format!("{error:.0e}"),
    }
}

fn section(text: &mut String, case: &Case) {
    writeln!(text, "\n### {}\n\nSource: {}.\n", case.title, case.source).unwrap();
    text.push_str("| what | expected | found | relative error | allowed |\n|---|---|---|---|---|\n");
    for Row(what, expected, found, allowed) in &case.rows {
        let words = error_words(*expected, *found);
        let digits = |value: f64| {
            let rounded = format!("{value:.9e}").parse::<f64>().unwrap();
            if rounded.abs() < 1e-9 { "0".to_owned() } else { format!("{rounded}") }
        };
        writeln!(text, "| {what} | {} | {} | {words} | {allowed:.0e} |", digits(*expected), digits(*found)).unwrap();
    }
}

const BEGIN: &str = "<!-- outside:begin -->\n";
const END: &str = "<!-- outside:end -->\n";

#[test]
fn documents_of_the_validation_cases_give_what_comes_out_and_every_case_is_within_its_error() {
    let mut inside = vec![golden(), diversification(), braess()];
    inside.extend(games());
    inside.extend(structure());
    inside.push(indices());
    let outside = outside();
    let all = || inside.iter().chain(outside.iter().flatten());
    for Row(what, expected, found, allowed) in all().flat_map(|case| &case.rows) {
        assert!(error(*expected, *found) <= *allowed, "{what}: found {found}, expected {expected}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/validation.md");
    let known = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let kept = known.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map_or("", |(kept, _)| kept);
    let mut text = format!(
        "# Validation\n\n<!-- Written by `cargo xtask gen`; the cases stand in crates/thalweg-formats/tests/it/validation.rs. \
         -->\n\n{} expectations of {} cases that were published, have a closed form or were solved apart, with what comes \
         out. The tests fail where one is further off than allowed. Many more stand beside the code and in the crates' \
         `tests/it`: plain slow methods against fast ones on random networks, and laws that any network must obey.\n\n\
         None of this says that a study is right. How the built-in one compares with counts is in its report, under \
         *Modelled against observed*, with what was fitted and what was held out. Its limits: annual averages, no induced \
         trade, static competition, and the confidence of its rows.\n\n## Inside the project\n",
        short(inside.iter().map(|case| case.rows.len()).sum::<usize>() as f64),
        inside.len()
    );
    inside.iter().for_each(|case| section(&mut text, case));
    text.push_str("\n## Published networks\n\n");
    text.push_str(BEGIN);
    match &outside {
        Some(cases) => cases.iter().for_each(|case| section(&mut text, case)),
        None => text.push_str(kept),
    }
    text.push_str(END);
    if std::env::var_os("THALWEG_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(known == text, "docs/validation.md is not current, run `cargo xtask gen`");
}
