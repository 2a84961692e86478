//! Questions of a study: answered in its order, with figures, ranges and the rows they rest on; mistakes have a place.
use crate::studies::own_network;
use std::borrow::Cow;
use std::sync::Arc;
use thalweg_engine::ranges::Draws;
use thalweg_engine::states::Study;
use thalweg_engine::study::run_study;
use thalweg_engine::watch::Silent;
use thalweg_formats::measures::MEASURES;
use thalweg_formats::question_files::read_questions;
use thalweg_formats::read_study::read_study;
use thalweg_formats::report::report_html;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_formats::study_files::StudyFiles;
use thalweg_formats::wire::run::run_report;

/// The study of the guide with these questions in place of its own.
pub fn asking(questions: &str) -> StudyFiles {
    let mut files = own_network();
    let head = String::from_utf8(files.files["study.toml"].to_vec()).unwrap();
    let head = head.split("[[ask]]").next().unwrap().to_owned() + questions;
    files.files.insert("study.toml".to_owned(), Cow::Owned(head.into_bytes()));
    files
}

/// What is wrong with these questions.
pub fn problems(questions: &str) -> Vec<String> {
    let files = asking(questions);
    let (model, _) = read_study(&files).unwrap();
    let (scenarios, _) = read_scenarios(&files, &model);
    read_questions(&files, &model, &scenarios).1.iter().map(ToString::to_string).collect()
}

const ALL_KINDS: &str = r#"
[[ask]]
question_id = "curve"
title = "How much of Alder's trade needs Birch?"
kind = "depend"
by = "XBI"
of = "XAL"

[[ask]]
question_id = "refusal"
title = "What if Birch refuses Alder?"
kind = "refusal"
by = "XBI"
of = "XAL"

[[ask]]
question_id = "ways"
title = "How does grain reach Estwell?"
kind = "route"
from = "graywick"
to = "estwell"
commodity = "grain"

[[ask]]
question_id = "links"
title = "Which link is the costliest to lose?"
kind = "each"
fails = "link"
top = 3
scenario = "stonegate_closed"

[[ask]]
question_id = "two"
title = "Which two states?"
kind = "pairs"
fails = ["territory", "operator"]

[[ask]]
question_id = "worst"
title = "Which two together are the worst?"
kind = "worst"
fails = "territory"
top = 2
"#;

#[test]
fn every_kind_is_answered_with_figures_ranges_rows_and_a_picture() {
    let files = asking(ALL_KINDS);
    let (model, _) = read_study(&files).unwrap();
    let (scenarios, _) = read_scenarios(&files, &model);
    let (questions, problems) = read_questions(&files, &model, &scenarios);
    assert!(problems.is_empty(), "{problems:#?}");
    let as_of = model.head.as_of;
    let study = Study { model: &Arc::new(model), scenarios: &scenarios, questions: &questions, as_of };
    let results = run_study(study, Some(Draws { count: 20, seed: 4 }), (&Silent, &mut |_| {})).unwrap();
    let report = run_report(&results, &[]);
    let keys: Vec<&str> = report.answers.iter().map(|answer| answer.key.as_str()).collect();
    assert_eq!(keys, ["curve", "refusal", "ways", "links", "two", "worst"]);
    for answer in &report.answers {
        assert!(!answer.figures.is_empty(), "{}", answer.key);
        assert!(answer.figures.iter().all(|figure| MEASURES.contains(&figure.measure)), "{}", answer.key);
        assert!(answer.key == "ways" || !answer.rests_on.is_empty(), "{}", answer.key);
    }
    let ranged = |key: usize| report.answers[key].figures.iter().any(|figure| figure.low.is_some());
    assert!(ranged(0) && ranged(1) && ranged(4), "demand has ranges, so losses do");
    assert_eq!(report.answers[3].scenario, "stonegate_closed");
    assert_eq!(report.answers[3].failures.len(), 3);
    let html = report_html(&results, &report);
    for key in keys {
        let section = html.split(&format!("id=\"question-{key}\"")).nth(1).unwrap();
        assert!(section.split("<h3").next().unwrap().contains("<svg"), "{key} has no picture");
    }
}

#[test]
fn an_answer_of_the_base_is_that_of_the_command_of_its_name() {
    let files = asking(ALL_KINDS);
    let (model, _) = read_study(&files).unwrap();
    let (scenarios, _) = read_scenarios(&files, &model);
    let (questions, _) = read_questions(&files, &model, &scenarios);
    let as_of = model.head.as_of;
    let study = Study { model: &Arc::new(model), scenarios: &scenarios, questions: &questions, as_of };
    let report = run_report(&run_study(study, None, (&Silent, &mut |_| {})).unwrap(), &[]);
    let asked = &report.answers[1].refusals;
    let own: Vec<_> = report.refusals.iter().filter(|row| row.by == "XBI" && row.of == "XAL").collect();
    assert!(!asked.is_empty());
    let harms = |rows: &mut dyn Iterator<Item = f64>| rows.collect::<Vec<f64>>();
    assert_eq!(harms(&mut asked.iter().map(|row| row.harm)), harms(&mut own.iter().map(|row| row.harm)));
}

#[test]
fn mistakes_in_questions_are_listed_with_line_and_remedy() {
    let unknown = ALL_KINDS.replace("by = \"XBI\"", "by = \"XBO\"");
    assert!(
        problems(&unknown).iter().all(|said| said.contains("`by`") && said.contains("`XBI`")),
        "{:#?}",
        problems(&unknown)
    );
    let said = problems("[[ask]]\nquestion_id = \"a\"\ntitle = \"A\"\nkind = \"each\"\nfrom = \"graywick\"\n");
    assert!(said.iter().any(|said| said.contains("does not read it")), "{said:#?}");
    assert!(said.iter().any(|said| said.contains("says nothing that fails")), "{said:#?}");
    let said = problems("[[ask]]\nquestion_id = \"a\"\ntitle = \"A\"\nkind = \"eech\"\n");
    assert!(said[0].contains("each"), "{said:#?}");
    let said = problems(&format!("{ALL_KINDS}{}", ALL_KINDS.split("\n\n").next().unwrap()));
    assert!(said.iter().any(|said| said.contains("earlier question")), "{said:#?}");
    let said = problems(&ALL_KINDS.replace("fails = \"territory\"", "fails = \"link\""));
    assert!(said[0].contains("single installations"), "{said:#?}");
    let said = problems(&ALL_KINDS.replace("\"stonegate_closed\"", "\"stonegate_close\""));
    assert!(said[0].contains("`stonegate_closed`"), "{said:#?}");
}
