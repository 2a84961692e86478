//! The first page of the built-in study: every row's answer has the sense and the size that the facts give it.
use crate::studies::own_network;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use thalweg_engine::states::Study;
use thalweg_engine::study::{StudyResults, run_study};
use thalweg_engine::watch::Silent;
use thalweg_formats::builtin;
use thalweg_formats::claim_files::read_claims;
use thalweg_formats::question_files::read_questions;
use thalweg_formats::read_study::read_study;
use thalweg_formats::report::report_html;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_formats::study_files::StudyFiles;
use thalweg_formats::topic_files::read_topics;
use thalweg_formats::wire::run::{RunReport, run_report};
use thalweg_formats::wire::topics::topic_rows;

/// A run of a study with the figures that answer its topics.
pub fn run(files: &StudyFiles) -> (RunReport, StudyResults) {
    let (model, _) = read_study(files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let (scenarios, _) = read_scenarios(files, &model);
    let (questions, _) = read_questions(files, &model, &scenarios);
    let (claims, _) = read_claims(files, &model, (&scenarios, &questions));
    let (topics, problems) = read_topics(files, &model, (&scenarios, &questions));
    assert!(problems.is_empty(), "{problems:#?}");
    let as_of = model.head.as_of;
    let study = Study { model: &Arc::new(model), scenarios: &scenarios, questions: &questions, as_of };
    let results = run_study(study, None, (&Silent, &mut |_| {})).unwrap();
    let mut report = run_report(&results, &claims);
    report.topics = topic_rows(&report, &topics);
    (report, results)
}

/// One run of the built-in study, shared by the tests that read it.
pub fn caspian() -> &'static (RunReport, StudyResults) {
    static RUN: OnceLock<(RunReport, StudyResults)> = OnceLock::new();
    RUN.get_or_init(|| run(&builtin::files("caspian").unwrap()))
}

/// The figure of a row: measure, subject, and the state or question it is of.
fn figure(topic: &str, measure: &str, subject: &str, of: &str) -> f64 {
    let topic = caspian().0.topics.iter().find(|row| row.key == topic).unwrap();
    let fits = |row: &&thalweg_formats::wire::topics::FindingRow| {
        row.measure == measure && row.subject == subject && row.scenario == of
    };
    let row = topic.findings.iter().find(fits);
    let row = row.unwrap_or_else(|| panic!("{} lists no {measure} of {subject} in {of}", topic.key));
    row.value.unwrap_or_else(|| panic!("{}: {:?}", topic.key, row.missing))
}

fn loss(topic: &str, scenario: &str) -> f64 {
    figure(topic, "loss", "total", scenario)
}

#[test]
fn baku_handles_boxes_as_counted_within_a_factor_of_two_and_a_third_or_more_are_chinese() {
    let boxes = figure("S1", "volume_at_observation", "baku_boxes_2025", "base");
    assert!((0.5..=2.0).contains(&(boxes / 105_000.0)), "{boxes}");
    let chinese = figure("S1", "origin_share_at_terminal", "AZALA container from CHN", "base");
    assert!((0.3..=0.8).contains(&chinese), "{chinese}: a source says 38 to 40 %");
    let apart = loss("S1", "port_rail_apart");
    assert!((1e5..1e9).contains(&apart), "running port and railway apart costs {apart}");
}

#[test]
fn boxes_leave_the_middle_corridor_for_russia_when_nobody_avoids_it() {
    let of = |subject: &str| figure("S2", "volume_by_corridor", subject, "russia_avoidance_ends");
    let (middle, northern) = (of("middle container_fast"), of("northern container_fast"));
    assert!(middle < -1e4 && northern >= -middle, "{middle} and {northern} TEU a year");
    let pair = |measure: &str| figure("S2", measure, "RUS KAZ operation", "kazakhstan_on_russia");
    assert!(pair("refusal_harm") > 1e8 && pair("refusal_harm") > 10.0 * pair("refusal_self_cost").max(1.0));
}

#[test]
fn each_improvement_saves_and_the_combined_case_saves_more_than_any() {
    let whole = loss("S3", "world_bank_2030");
    for one in ["digital_customs_alat", "azerbaijan_electrification", "caspian_dredging", "one_more_ferry"] {
        let saved = loss("S3", one);
        assert!(whole < saved && saved < -1e6, "{one} changes cost by {saved}, all by {whole}");
    }
    assert!(figure("S3", "volume_at_observation", "titr_boxes_2025", "world_bank_2030") > 5e4, "boxes follow the room");
}

#[test]
fn the_map_draws_what_is_delivered_which_is_nearly_all_that_is_wanted() {
    let (report, results) = caspian();
    let base = &report.scenarios[0];
    for commodity in ["container", "crude", "gas", "power"] {
        let shown = figure("S4", "volume_served", commodity, "base");
        let missing = base.unserved.get(commodity).copied().unwrap_or(0.0);
        assert!(shown > 10.0 * missing, "{commodity}: {shown} delivered, {missing} not");
    }
    let html = report_html(results, report);
    let maps = html.split("id=\"maps\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(maps.matches("<svg").count() >= 5, "a map for each layer that carries something");
}

#[test]
fn israel_buys_a_quarter_from_azerbaijan_most_of_its_crude_crosses_turkey_and_it_alone_pays_for_a_refusal() {
    let sold = figure("S5", "exposure", "ISR AZE supply crude", "base");
    assert!((0.16..=0.41).contains(&sold), "{sold}: declared exports give 16 to 29 %, single months 41 to 56 %");
    assert!(figure("S5", "exposure", "ISR TUR territory crude", "base") > sold, "Kazakh crude crosses Turkey too");
    let lost = |actor: &str| figure("S5", "welfare_loss", actor, "turkey_refuses_israel_crude");
    assert!((1e6..1e9).contains(&lost("ISR")), "another supplier replaces it at a cost: {}", lost("ISR"));
    assert!(lost("AZE") < 0.5 * lost("ISR"), "its crude finds other buyers: {}", lost("AZE"));
    let flights = figure("S5", "volume_served", "arms", "base");
    assert!((5.0..=40.0).contains(&flights), "{flights} cargo flights a year");
}

#[test]
fn a_modest_supplier_takes_more_off_a_refusal_than_it_saves_in_calm() {
    let of = |size: &str| figure("S6", "newcomer_refusal", size, "serbia_new_supplier");
    assert!(of("without") >= of("40 % of its size") && of("40 % of its size") > of("100 % of its size"));
    let saves = |when: &str| figure("S6", "newcomer_saves", when, "serbia_new_supplier");
    assert!(0.0 < saves("in calm") && saves("in calm") < saves("when refused"));
    let taken = saves("when refused") - saves("in calm");
    let fall = of("without") - of("100 % of its size");
    assert!((taken - fall).abs() < 1e-6 * fall, "{taken} is the fall of the refusal's cost, {fall}");
}

#[test]
fn azerbaijan_holds_a_twentieth_to_a_tenth_of_tamar_and_loses_little_of_what_its_neighbours_would() {
    let share = figure("S7", "undoing_share", "AZE", "tamar_undone");
    assert!((0.03..=0.101).contains(&share), "{share}: announced as 10 %, part of it through a firm not wholly bought");
    let lost = |actor: &str| figure("S7", "undoing_loss", actor, "tamar_undone");
    assert!(0.0 < lost("AZE") && lost("AZE") < 0.1 * lost("ISR") && lost("ISR") < lost("all"));
    assert!(lost("JOR") > lost("AZE"), "Jordan burns the gas, Azerbaijan holds a share of its rent");
}

#[test]
fn seven_eighths_of_armenias_gas_are_russian_and_a_russian_run_link_adds_those_who_can_stop_it() {
    let sold = figure("S8", "exposure", "ARM RUS supply gas", "base");
    assert!((sold - 0.877).abs() < 0.03, "{sold}: 2.600 of 2.966 bcm in 2022");
    assert_eq!(figure("S8", "exposure", "ARM RUS ownership gas", "base"), 1.0, "both pipes pass Gazprom Armenia");
    assert!(figure("S8", "exposure", "ARM RUS ownership grain", "base") > 0.9, "the railway is a Russian concession");
    let stops = |question: &str| figure("S8", "consent_vetoes", "all", question);
    assert!(stops("southern_link_consent_russian_run") > stops("southern_link_consent"));
    let loss = figure("S8", "depend_refusal_loss", "ARM RUS ownership gas", "armenia_on_russian_owners");
    assert!((1e8..1e10).contains(&loss), "{loss}: 3 bcm at some hundred USD a thousand m3 and more");
}

#[test]
fn nakhchivan_is_reached_by_road_through_iran_and_by_rail_only_by_a_long_way_until_the_link_opens() {
    let (road, rail) = ("AZE main to Nakhchivan by road", "AZE main to Nakhchivan by rail");
    let length = |way: &str, question: &str| figure("S9", "reach_length", way, question);
    assert!((200.0..500.0).contains(&length(road, "nakhchivan")), "{}", length(road, "nakhchivan"));
    assert!(length(rail, "nakhchivan") > 3000.0, "round the Caspian");
    assert!(figure("S9", "reach_states_crossed", rail, "nakhchivan") >= 3.0);
    assert!(length(rail, "nakhchivan_linked") < 400.0, "42 km across southern Armenia join what is there");
}

#[test]
fn georgia_and_turkey_stand_between_more_than_azerbaijan_does() {
    let between = |state: &str| figure("S10", "broker_cost", &format!("{state} territory"), "between");
    assert!(between("GEO") > 1e8 && between("TUR") > 1e8, "{} and {}", between("GEO"), between("TUR"));
    assert!(between("AZE") < between("GEO"), "{} and {}", between("AZE"), between("GEO"));
    assert!(figure("S10", "pairs_apart", "all", "between") >= 50.0);
}

#[test]
fn azerbaijan_is_on_terms_with_more_pairs_at_odds_than_its_neighbours_and_with_fewer_than_kazakhstan() {
    let pairs = |state: &str| figure("S10", "relation_pairs_between", state, "between");
    // At odds at the end of 2025: Armenia with Azerbaijan and Turkey, Iran with Israel, the United States and Ukraine,
    // Russia with Ukraine, Georgia and the United States, Turkey with Israel. Each counts both ways.
    assert_eq!(pairs("KAZ"), 18.0, "all nine");
    assert_eq!(pairs("AZE"), 14.0, "all that leave it out but the two of Armenia");
    assert!(pairs("AZE") > pairs("GEO") && pairs("GEO") > pairs("TUR"), "{} and {}", pairs("GEO"), pairs("TUR"));
}

#[test]
fn a_year_without_the_northern_gas_line_costs_more_than_a_year_of_half_a_terminal() {
    let (gas, oil, unrest) =
        (loss("S11", "northern_gas_to_armenia_cut"), loss("S11", "cpc_halved"), loss("S11", "iran_unrest"));
    assert!(gas > oil && oil > 0.0, "gas cannot go round and crude can: {gas} and {oil}");
    assert!((1e7..1e10).contains(&unrest), "{unrest}");
}

#[test]
fn war_in_iran_costs_more_than_unrest_and_an_opening_saves_more_than_more_of_the_same() {
    let of = |scenario: &str| loss("S12", scenario);
    assert!(of("iran_war_2026") > of("iran_unrest") && of("iran_unrest") > 0.0);
    assert!(of("iran_opening") <= of("iran_status_quo") && of("iran_status_quo") <= 0.0);
    let more = figure("S12", "volume_by_corridor", "middle container", "iran_war_2026");
    assert!(more > 0.0, "in the war of 2026 shippers asked for the middle corridor: {more}");
}

#[test]
fn azerbaijan_airlines_gains_nobody_when_turkey_and_israel_fly_again_and_travellers_save() {
    let change = figure("S13", "volume_by_operator", "azal passenger", "turkey_israel_flights_resume");
    // Where changing planes costs more than the detour saves, none went by Baku before either.
    assert!(change < 1.0, "{change}");
    let flown = figure("S13", "volume_at_observation", "azal_tlv_2025", "base");
    // 59,917 tourists came in eleven months of 2025, by 14 of 20 flights of this airline; it counted 176,000 passengers.
    assert!(
        (75_000.0..131_000.0).contains(&flown),
        "{flown}: tourists there and back, without those who change planes"
    );
    assert!(loss("S13", "turkey_israel_flights_resume") < 0.0, "a shorter way saves");
}

#[test]
fn rebuilding_and_opening_together_save_no_less_than_either() {
    let saved = |what: &str| figure("S14", "repair_saved", what, "rebuilt_and_opened");
    assert!(saved("mending") >= 0.0 && saved("opening") > 0.0);
    assert!(saved("both") + 1e-6 >= saved("mending").max(saved("opening")));
    assert!(saved("opening") > saved("mending"), "the border shut costs more than the railway unbuilt");
}

#[test]
fn a_trench_with_two_pipes_costs_more_than_the_oil_pipe_alone_and_a_cable_saves() {
    let trench = loss("S15", "one_trench_cut");
    let oil = figure("S19", "undoing_loss", "all", "btc_undone");
    assert!(trench > oil && oil > 0.0, "oil and gas {trench}, oil alone {oil}");
    assert!(loss("S15", "black_sea_cable_opens") < 0.0);
}

#[test]
fn every_claim_has_one_verdict_and_some_stand_while_others_fall() {
    let of = |verdict: &str| figure("S16", "claims_by_verdict", verdict, "base");
    let shown = ["agrees", "upper end", "contradicted", "unsupported", "not checkable"].map(of);
    let lower = caspian().0.claims.iter().filter(|row| row.verdict == "lower end").count() as f64;
    assert_eq!(shown.iter().sum::<f64>() + lower, caspian().0.claims.len() as f64);
    assert!(shown[0] >= 10.0 && shown[2] >= 1.0, "most agree, some are contradicted: {shown:?}");
}

#[test]
fn rows_without_a_figure_say_so_and_where_the_answer_is() {
    let (report, results) = caspian();
    let html = report_html(results, report);
    let row = |key: &str| {
        html.split(&format!("id=\"topic-{key}\"")).nth(1).unwrap().split("</tr>").next().unwrap().to_owned()
    };
    for key in ["S17", "S20"] {
        assert!(row(key).contains("No figure of this run answers it"), "{}", row(key));
    }
    assert!(row("S20").contains("gaza-imec") && builtin::files("gaza-imec").is_some());
    assert!(row("S17").contains("two dates"), "{}", row("S17"));
}

#[test]
fn three_states_can_each_stop_the_southern_link_and_nothing_is_left_of_it_without_armenia() {
    let of = |measure: &str, subject: &str| figure("S18", measure, subject, "southern_link_consent");
    assert_eq!(of("consent_vetoes", "states"), 3.0, "Armenia, Azerbaijan, Turkey");
    assert!(of("consent_gain", "AZE") > 0.0);
    assert!(of("consent_left_without", "ARM").abs() < 1.0, "nothing is left when Armenia lets nobody through");
    let route = caspian().0.answers.iter().find(|row| row.key == "baku_to_poti_consent").unwrap();
    let vetoes = &route.route_consent.as_ref().unwrap().consent.as_ref().unwrap().vetoes;
    assert!(vetoes.contains(&"AZE".to_owned()) && vetoes.contains(&"GEO".to_owned()), "{vetoes:?}");
}

#[test]
fn azerbaijan_would_lose_nearly_all_of_what_undoing_btc_costs() {
    let lost = |actor: &str| figure("S19", "undoing_loss", actor, "btc_undone");
    assert!(lost("AZE") > 0.8 * lost("all") && lost("TUR") > 0.0, "{} of {}", lost("AZE"), lost("all"));
    assert!(lost("all") > 1e9, "some 24 Mt a year have to go another way or stay in the ground");
}

#[test]
fn every_row_stands_on_page_one_in_the_order_of_the_study_with_links_that_lead_somewhere() {
    let (report, results) = caspian();
    let keys: Vec<String> = report.topics.iter().map(|row| row.key.clone()).collect();
    assert_eq!(keys, (1..=20).map(|number| format!("S{number}")).collect::<Vec<_>>());
    let html = report_html(results, report);
    let page_one = html.split("id=\"topics\"").nth(1).unwrap().split("</section>").next().unwrap();
    for anchor in page_one.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(html.contains(&format!("id=\"{anchor}\"")), "nothing has the anchor {anchor}");
    }
    for row in report.topics.iter().flat_map(|topic| &topic.findings) {
        assert!(row.missing.is_none(), "{}: {:?}", row.says, row.missing);
    }
}

#[test]
fn a_topic_of_any_study_shows_the_figures_of_its_questions_and_mistakes_name_their_line() {
    let with = |more: &str| {
        let mut files = own_network();
        let head = String::from_utf8(files.files["study.toml"].to_vec()).unwrap();
        let head =
            head.replace("question_id = \"alder_on_birch\"\n", "question_id = \"alder_on_birch\"\ntopic = \"need\"\n");
        files.files.insert("study.toml".to_owned(), Cow::Owned((head + more).into_bytes()));
        files
    };
    let topic = "\n[[topic]]\ntopic_id = \"need\"\ntitle = \"Need\"\nquestion = \"Who needs whom?\"\n";
    let (report, _) = run(&with(topic));
    let row = &report.topics[0];
    let own = &report.answers.iter().find(|answer| answer.key == "alder_on_birch").unwrap().figures;
    assert_eq!(row.asks, ["alder_on_birch"]);
    assert_eq!(row.findings[0].value, Some(own[0].value));
    let said = |more: &str| {
        let files = with(more);
        let (model, _) = read_study(&files).unwrap();
        let (scenarios, _) = read_scenarios(&files, &model);
        let (questions, _) = read_questions(&files, &model, &scenarios);
        let found = read_topics(&files, &model, (&scenarios, &questions)).1;
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert!(said("").contains("no topic is called `need`"), "{}", said(""));
    let finding =
        format!("{topic}\n[[finding]]\ntopic = \"need\"\nmeasure = \"los\"\nsubject = \"total\"\nsays = \"a\"\n");
    assert!(said(&finding).contains("the nearest name is `loss`"), "{}", said(&finding));
    let twice = format!("{topic}{topic}");
    assert!(said(&twice).contains("earlier topic"), "{}", said(&twice));
}
