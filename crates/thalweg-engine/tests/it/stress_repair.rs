//! Order of repair and of building against cases solved by enumeration.
use crate::stress_worst::Formula;
use thalweg_engine::stress::repair::{EXACT_MAX, Repair, Scope, Task, Works, repair};
use thalweg_engine::watch::Silent;

/// Cost of a period by what stands of: power line g-n1, line n1-n2, port p, rail r-d, road o-x. Fictional; the port needs
/// power, the rail carries only what the port handles.
const RESTORATION: [(&[usize], f64); 32] = [
    (&[], 5500.0),
    (&[0], 5300.0),
    (&[1], 5500.0),
    (&[2], 5500.0),
    (&[3], 5500.0),
    (&[4], 5116.0),
    (&[0, 1], 5000.0),
    (&[0, 2], 3000.0),
    (&[0, 3], 5300.0),
    (&[0, 4], 4916.0),
    (&[1, 2], 5500.0),
    (&[1, 3], 5500.0),
    (&[1, 4], 5116.0),
    (&[2, 3], 5500.0),
    (&[2, 4], 5116.0),
    (&[3, 4], 5116.0),
    (&[0, 1, 2], 2700.0),
    (&[0, 1, 3], 1920.0),
    (&[0, 1, 4], 4616.0),
    (&[0, 2, 3], 3000.0),
    (&[0, 2, 4], 2616.0),
    (&[0, 3, 4], 4916.0),
    (&[1, 2, 3], 5500.0),
    (&[1, 2, 4], 5116.0),
    (&[1, 3, 4], 5116.0),
    (&[2, 3, 4], 5116.0),
    (&[0, 1, 2, 3], 500.0),
    (&[0, 1, 2, 4], 2316.0),
    (&[0, 1, 3, 4], 1536.0),
    (&[0, 2, 3, 4], 2616.0),
    (&[1, 2, 3, 4], 5116.0),
    (&[0, 1, 2, 3, 4], 500.0),
];

fn restored() -> Repair {
    let cost = |failed: &[usize]| {
        let stands: Vec<usize> = (0..5).filter(|element| !failed.contains(element)).collect();
        RESTORATION.iter().find(|row| row.0 == stands).unwrap().1
    };
    let costs = [20.0, 20.0, 15.0, 10.0, 8.0];
    let tasks = (0..5).map(|element| Task { element, periods: 1, cost: costs[element] }).collect();
    let works = Works { tasks, scope: Scope::WhatPays, horizon: 6, years: 1.0, interest: 0.0 };
    repair(&Formula { elements: 5, cost }, &works, &Silent).unwrap()
}

#[test]
fn five_damaged_elements_are_mended_in_the_optimal_order_and_the_road_never() {
    let found = restored();
    assert_eq!((found.best.total, found.best.tasks.as_slice()), (17_565.0, &[0, 2, 1, 3][..]));
    assert_eq!((found.myopic.total, found.myopic.tasks.as_slice()), (21_037.0, &[4, 0, 2, 1, 3][..]));
    assert_eq!((found.none, found.at_least, found.exact), (33_000.0, 3_000.0, true));
    assert_eq!(found.best.yearly, [5500.0, 5300.0, 3000.0, 2700.0, 500.0]);
}

/// Yearly benefits of projects A to D, alone and in pairs.
fn benefit(built: &[usize]) -> f64 {
    let alone = [20.0, 8.0, 12.0, 5.0];
    let pairs = [(0, 1, 10.0), (0, 2, -8.0), (1, 3, 6.0), (1, 2, 4.0)];
    let both = |one, other| built.contains(&one) && built.contains(&other);
    built.iter().map(|project| alone[*project]).sum::<f64>()
        + pairs.iter().filter(|(one, other, _)| both(*one, *other)).map(|row| row.2).sum::<f64>()
}

fn built(scope: Scope) -> Repair {
    let cost = |missing: &[usize]| {
        let built: Vec<usize> = (0..4).filter(|project| !missing.contains(project)).collect();
        -benefit(&built)
    };
    let task =
        |element: usize| Task { element, periods: [2, 1, 1, 1][element], cost: [100.0, 60.0, 80.0, 40.0][element] };
    let works = Works { tasks: (0..4).map(task).collect(), scope, horizon: 20, years: 1.0, interest: 0.06 };
    repair(&Formula { elements: 4, cost }, &works, &Silent).unwrap()
}

/// By enumeration: A, B, D, C is worth 249.66650691315846; leaving C out, 254.9735405082037.
#[test]
fn four_projects_are_built_in_the_order_that_enumeration_found() {
    let all = built(Scope::All);
    assert_eq!(all.best.tasks, [0, 1, 3, 2]);
    assert!((all.best.total + 249.666_506_913_158_46).abs() < 1e-9, "{}", all.best.total);
    let paying = built(Scope::WhatPays);
    assert_eq!(paying.best.tasks, [0, 1, 3]);
    assert!((paying.best.total + 254.973_540_508_203_7).abs() < 1e-9, "{}", paying.best.total);
}

#[test]
fn more_than_twelve_tasks_are_ordered_two_ahead_and_say_so() {
    // Pairs that help only together: one ahead sees nothing, two ahead find them.
    let cost = |failed: &[usize]| {
        let stands = |element: usize| !failed.contains(&element);
        100.0 - 10.0 * (0..7).filter(|pair| stands(2 * pair) && stands(2 * pair + 1)).count() as f64
    };
    struct Plain<F>(F);
    impl<F: Fn(&[usize]) -> f64 + Sync> thalweg_engine::stress::losses::Losses for Plain<F> {
        fn elements(&self) -> usize {
            14
        }

        fn loss(
            &self,
            failed: &[usize],
            _: &dyn thalweg_engine::watch::Watch,
        ) -> Result<Option<thalweg_engine::stress::losses::Loss>, thalweg_engine::oracle::OracleError> {
            let cost = (self.0)(failed);
            Ok(Some(thalweg_engine::stress::losses::Loss { cost, ..Default::default() }))
        }
    }
    let tasks: Vec<Task> = (0..14).map(|element| Task { element, periods: 1, cost: 1.0 }).collect();
    assert!(tasks.len() > EXACT_MAX);
    let works = Works { tasks, scope: Scope::WhatPays, horizon: 30, years: 1.0, interest: 0.0 };
    let found = repair(&Plain(cost), &works, &Silent).unwrap();
    assert!(!found.exact);
    assert!(found.myopic.tasks.is_empty(), "{:?}", found.myopic.tasks);
    assert_eq!(found.best.tasks.len(), 14);
    for pair in found.best.tasks.chunks(2) {
        assert_eq!(pair[0] / 2, pair[1] / 2, "{:?}", found.best.tasks);
    }
}
