//! The pages of `docs/formats`, written from the attribute tables.
use crate::measures::MEASURES;
use std::fmt::Write as _;
use thalweg_model::schema::claims::{CLAIM, EVIDENCE};
use thalweg_model::schema::head::STUDY;
use thalweg_model::schema::prior::TOTAL;
use thalweg_model::schema::questions::QUESTION;
use thalweg_model::schema::scenario::{CHANGES, ELEMENTS, SCENARIO};
use thalweg_model::schema::topics::{FINDING, TOPIC};
use thalweg_model::schema::watch::WATCH;
use thalweg_model::schema::{Attribute, Blank, Kind, TABLES, Table};
use thalweg_model::units::Unit;

/// The pages by file name.
pub fn pages() -> Vec<(String, String)> {
    let mut pages = vec![
        ("README.md".to_owned(), overview()),
        ("study.md".to_owned(), study_page()),
        ("scenario.md".to_owned(), scenario_page()),
        ("claims.md".to_owned(), claims_page()),
        ("total.md".to_owned(), page(&TOTAL, "Totals for thalweg prior")),
    ];
    pages
        .extend(TABLES.iter().map(|table| (format!("{}.md", table.name), page(table, &format!("{}.csv", table.name)))));
    pages
}

const GENERATED: &str =
    "<!-- Written by `cargo xtask gen` from the attribute tables in crates/thalweg-model/src/schema. -->\n";

fn overview() -> String {
    let mut text = format!("# The files of a study\n\n{GENERATED}\n");
    text.push_str(
        "A study is a folder: `study.toml`, tables `<table>.csv`, and scenarios `scenario/<name>.toml`. A table may \
         also be a folder of files, `<table>/*.csv`.\n\n\
         Files are UTF-8, with or without byte order mark, with any line end, separated by commas, semicolons or tabs. \
         The first row names the columns, in any order. Columns whose name starts with `_` are your own and are not \
         read. Numbers have a decimal point and no thousands separator. Lists in a cell are separated by `|`. Beside \
         a column of numbers or money `X` there may be `X_low` and `X_high`. A row with an empty `valid_from` or \
         `valid_until` is open on that side. `thalweg check` lists everything wrong or odd at once.\n\n",
    );
    text.push_str("| file | a row is |\n|---|---|\n");
    text.push_str("| [study.toml](study.md) | The head of the study. |\n");
    for table in TABLES {
        writeln!(text, "| [{0}.csv]({0}.md) | {1} |", table.name, table.about).expect("strings take text");
    }
    text.push_str("| [scenario/*.toml](scenario.md) | A scenario: named, dated changes. |\n");
    text.push_str("| [claims.toml](claims.md) | Claims to be held against the figures. |\n\n## Units\n\n");
    let units: Vec<String> = Unit::names().map(|name| format!("`{name}`")).collect();
    writeln!(
        text,
        "Units of quantity: {}. Units of rate add a span of time: `/yr`, `/d` or `/h`; without one a year is meant; \
         `MW` is `MWh/h`. Other units of a commodity convert by the table [conversion](conversion.md).",
        units.join(", ")
    )
    .expect("strings take text");
    text
}

fn page(table: &Table, file: &str) -> String {
    let mut text = format!("# {file}\n\n{GENERATED}\n{}\n\n", table.about);
    attributes(&mut text, table.attributes());
    text
}

fn scenario_page() -> String {
    let mut text = format!("# scenario/*.toml\n\n{GENERATED}\n{}\n\n", SCENARIO.about);
    attributes(&mut text, SCENARIO.attributes());
    text.push_str(
        "\n## Changes\n\nEach change is a table `[[change]]` with the key `do` and the keys below. A target is one \
         `link`, `terminal`, `transfer`, `crossing`, `group` or `corridor`; or gates, every one of which must fit: \
         `territory`, `operator`, `owner`, `side`, `passage`, `asset`, `mode`, `operation`, also together with \
         `crossing`, `terminal` or `link`.\n",
    );
    for table in CHANGES {
        writeln!(text, "\n### do = \"{}\"\n\n{}\n", table.name, table.about).expect("strings take text");
        let own = || table.attributes().filter(|attribute| !is_target(table, attribute));
        match table.name {
            "add_rule" => text.push_str("The columns of [rule](rule.md).\n"),
            "set_supply" => text.push_str("The columns of [supply](supply.md).\n"),
            "set_holding" => text.push_str("The columns of [holding](holding.md).\n"),
            _ if own().next().is_none() => text.push_str("A target.\n"),
            _ => attributes(&mut text, own()),
        }
        let aimed = table.parts.contains(&ELEMENTS);
        if aimed && own().next().is_some() {
            text.push_str("\nAnd a target.\n");
        }
    }
    text
}

fn study_page() -> String {
    let mut text = page(&STUDY, "study.toml");
    writeln!(text, "\n## Questions\n\n{}\n", QUESTION.about).expect("strings take text");
    text.push_str(
        "```toml\n[[ask]]\nquestion_id = \"who_needs_the_strait\"\ntitle = \"What does losing a strait cost?\"\n\
         kind = \"each\"\nfails = \"passage\"\ntop = 5\n```\n\n",
    );
    attributes(&mut text, QUESTION.attributes());
    text.push_str("\n## Topics\n");
    for table in [&TOPIC, &FINDING] {
        writeln!(text, "\n### {}\n\n{}\n", table.name, table.about).expect("strings take text");
        attributes(&mut text, table.attributes());
    }
    text.push_str(
        "\nA claim may be held against a figure of an answer: its `scenario` is then the key of the question.\n",
    );
    writeln!(text, "\n## Watch lists\n\n{}\n", WATCH.about).expect("strings take text");
    text.push_str(
        "```toml\n[[watch]]\nwatch_id = \"our_boxes\"\ntitle = \"Our boxes on the southern line\"\nactors = [\"KAZ\"]\n\
         corridors = [\"south\"]\ncommodities = [\"container\"]\n```\n\n",
    );
    attributes(&mut text, WATCH.attributes());
    text
}

fn claims_page() -> String {
    let mut text = format!("# claims.toml\n\n{GENERATED}\n");
    text.push_str(
        "Claims somebody made, what other sources say of the same thing, and the figure of the study each can be held \
         against. `thalweg claims` and the report of `thalweg run` print claimed, other sources, modelled and a verdict. The \
         verdict is computed from where the pieces of evidence lie; no file states one.\n\n\
         ```toml\n[[claim]]\nclaim_id = \"port_doubles\"\nstatement = \"The port handles more than 100,000 TEU\"\n\
         source = [\"a_newspaper\"]\nimplied_low = 100000\nunit = \"TEU/yr\"\nmeasure = \"volume_by_terminal\"\n\
         subject = \"port boxes\"\n\n[[evidence]]\nclaim = \"port_doubles\"\nsource = [\"port_authority\"]\nvalue = 98000\n\
         value_low = 95000\nvalue_high = 101000\nnote = \"full and empty boxes\"\n```\n",
    );
    for table in [&CLAIM, &EVIDENCE] {
        writeln!(text, "\n## {}\n\n{}\n", table.name, table.about).expect("strings take text");
        attributes(&mut text, table.attributes());
    }
    let measures: Vec<String> = MEASURES.iter().map(|name| format!("`{name}`")).collect();
    writeln!(
        text,
        "\n## Measures\n\n{}.\n\nSubjects are those of `results.json`. Subjects of `exposure` are beneficiary, actor, lever and \
         commodity (`ARM GEO territory gas`); of `refusal_...` refuser, refused and lever (`GEO ARM territory`); of \
         `closure_loss` kind and key (`passage suez`). A value is that of the descriptive program where both programs give it, \
         a change that of the exact one. A `share` may be claimed as a number or in `%`; units of rate convert.\n\n\
         ## Verdicts\n\n\
         The modelled figure, with its range under `--ranges`, and each other source are one piece of evidence each. A piece \
         lies inside where it overlaps the implied range.\n\n\
         | verdict | when |\n|---|---|\n\
         | agrees | at least half of the pieces lie inside |\n\
         | upper end | some lie inside, more below than inside, more below than above |\n\
         | lower end | some lie inside, more above than inside, more above than below |\n\
         | contradicted | none lies inside, and there are at least two |\n\
         | unsupported | none lies inside and there is one; or some do, and as many lie below as above |\n\
         | not checkable | there is no piece |",
        measures.join(", ")
    )
    .expect("strings take text");
    text
}

fn is_target(table: &Table, attribute: &Attribute) -> bool {
    let targets = [thalweg_model::schema::access::GATES, ELEMENTS];
    table.parts.contains(&ELEMENTS) && targets.iter().any(|part| part.contains(attribute))
}

fn attributes(text: &mut String, attributes: impl Iterator<Item = &'static Attribute>) {
    text.push_str("| column | type | unit | required | empty means | meaning |\n|---|---|---|---|---|---|\n");
    for attribute in attributes {
        let required = if attribute.is_required() { "yes" } else { "" };
        let empty = match attribute.blank {
            Blank::Forbidden | Blank::Nothing => String::new(),
            Blank::Value(value) => format!("`{}`", value.replace('|', "\\|")),
            Blank::Means(words) => words.to_owned(),
        };
        writeln!(
            text,
            "| `{}` | {} | {} | {required} | {empty} | {}{} |",
            attribute.name,
            kind(attribute),
            attribute.unit,
            attribute.about.replace('|', "\\|"),
            bounds(attribute)
        )
        .expect("strings take text");
    }
}

fn kind(attribute: &Attribute) -> String {
    let words = |words: &[&str]| words.join(", ");
    match attribute.kind {
        Kind::Key => "key".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::TextList => "list of texts".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Money => "money".to_owned(),
        Kind::Integer => "whole number".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Date => "date".to_owned(),
        Kind::Unit => "unit".to_owned(),
        Kind::RateUnit => "unit of rate".to_owned(),
        Kind::Choice(choices) => format!("one of {}", words(choices)),
        Kind::ChoiceList(choices) => format!("list of {}", words(choices)),
        Kind::Reference(target) => format!("{} in [{1}]({1}.md)", target.noun(), target.table()),
        Kind::ReferenceList(target) => format!("list of {0}s in [{1}]({1}.md)", target.noun(), target.table()),
        Kind::Points => "points".to_owned(),
    }
}

fn bounds(attribute: &Attribute) -> String {
    let mut text = String::new();
    let (least, most) = attribute.legal;
    let numeric = attribute.takes_range() || attribute.kind == Kind::Integer;
    if numeric && (least > f64::MIN || most < f64::MAX) {
        match (least > f64::MIN, most < f64::MAX) {
            (true, true) => text = format!(" From {least} to {most}."),
            (true, false) => text = format!(" At least {least}."),
            _ => text = format!(" At most {most}."),
        }
    }
    if let Some((least, most)) = attribute.usual {
        write!(text, " Usually {least} to {most}; `thalweg check` warns outside.").expect("strings take text");
    }
    text
}
