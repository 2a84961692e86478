//! The page on a study's data: rows by table, confidence, source and year, what is open, and rows checked by hand.
use crate::study_files::StudyFiles;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use thalweg_model::draft::table_of_file;
use thalweg_model::mode::Confidence;

/// Source of a row that rests on nothing anybody looked up.
const UNCHECKED: &str = "unchecked";
/// Source of a row that is the study's own.
const OWN: &str = "own_estimate";
/// Rows drawn for a check by hand.
const DRAWN: usize = 20;
/// Tables whose rows state something a publication can confirm.
const STATE: [&str; 11] = [
    "background",
    "border_crossing",
    "capacity_group",
    "demand",
    "holding",
    "limit",
    "link",
    "observed",
    "passage",
    "rule",
    "supply",
];
/// A range wider than this leaves no point answer.
const WIDE: f64 = 3.0;

/// One row of a table as its file has it.
struct Row {
    table: &'static str,
    cells: BTreeMap<String, String>,
    /// Key and, where several rows have it, the day from which this one holds.
    name: String,
}

impl Row {
    fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    fn sources(&self) -> impl Iterator<Item = &str> {
        self.cell("source").split('|').filter(|source| !source.is_empty())
    }

    fn number(&self, column: &str) -> Option<f64> {
        self.cell(column).parse().ok()
    }
}

/// What a person found on opening the source of a row: by table and row name.
pub type Checks = BTreeMap<String, String>;

/// Reads the file of checks: columns `row` and `found`.
pub fn read_checks(text: &str) -> Checks {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().flatten().map(|record| (record[0].to_owned(), record[1].to_owned())).collect()
}

/// The page of a study.
pub fn data_page(files: &StudyFiles, checks: &Checks) -> String {
    let rows = rows(files);
    let name = &files.origin;
    let mut text = format!(
        "# The data of `{name}`\n\n<!-- Written by `cargo xtask gen` from studies/{name} and docs/guide/row-checks.csv. -->\n\n\
         `high` is official or primary, `medium` is press or secondary, `low` is inferred or unchecked, `estimate` is ours \
         and the row's note says how it was reached.\n\n"
    );
    text.push_str("## Rows by table and confidence\n\n");
    text.push_str(&by_table(&rows));
    text.push_str(&by_year(&rows));
    text.push_str(&by_source(&rows));
    text.push_str(&gaps(&rows));
    text.push_str(&checked(&rows, checks));
    text
}

/// Rows of fact by confidence, as the table in the README has it.
pub fn confidence_table(files: &StudyFiles) -> String {
    let rows = rows(files);
    let mut text = "| confidence | rows |\n|---|---|\n".to_owned();
    for name in Confidence::NAMES {
        let count = rows.iter().filter(|row| row.cell("confidence") == *name).count();
        writeln!(text, "| {name} | {count} |").expect("strings take text");
    }
    text
}

fn rows(files: &StudyFiles) -> Vec<Row> {
    let mut found = Vec::new();
    for (path, bytes) in &files.files {
        let Some(table) = table_of_file(path).ok().filter(|_| path.ends_with(".csv")) else { continue };
        let mut reader = csv::Reader::from_reader(bytes.as_ref());
        let Ok(columns) = reader.headers().cloned() else { continue };
        for record in reader.records().flatten() {
            let cells: BTreeMap<String, String> =
                columns.iter().zip(&record).map(|(column, cell)| (column.to_owned(), cell.to_owned())).collect();
            let from = cells.get("valid_from").filter(|day| !day.is_empty());
            let name = match table.name {
                "holding" => format!(
                    "{} by {}, {}",
                    &record[0],
                    &record[1],
                    cells.get("holding_type").map_or("", String::as_str)
                ),
                "border_crossing" => {
                    format!("{}, {}", &record[0], cells.get("territory").map_or("", String::as_str))
                }
                "membership" | "rate" | "conversion" => record.iter().take(2).collect::<Vec<_>>().join(" "),
                _ => record[0].to_owned(),
            };
            let name = from.map_or_else(|| name.clone(), |day| format!("{name} from {day}"));
            found.push(Row { table: table.name, cells, name });
        }
    }
    found
}

fn by_table(rows: &[Row]) -> String {
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.table != "source") {
        *counts.entry(row.table).or_default().entry(row.cell("confidence")).or_default() += 1;
    }
    let mut text = format!("| table | rows | {} |\n|---|---|---|---|---|---|\n", Confidence::NAMES.join(" | "));
    let line = |name: &str, of: &BTreeMap<&str, usize>| {
        let cells: Vec<String> = Confidence::NAMES.iter().map(|name| of.get(name).unwrap_or(&0).to_string()).collect();
        format!("| {name} | {} | {} |\n", of.values().sum::<usize>(), cells.join(" | "))
    };
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for (table, of) in &counts {
        text.push_str(&line(&format!("[{table}](../formats/{table}.md)"), of));
        of.iter().for_each(|(confidence, count)| *all.entry(confidence).or_default() += count);
    }
    text + &line("all", &all) + "\n"
}

/// Source rows by key.
fn publications(rows: &[Row]) -> BTreeMap<&str, &Row> {
    rows.iter().filter(|row| row.table == "source").map(|row| (row.cell("source_id"), row)).collect()
}

fn by_year(rows: &[Row]) -> String {
    let publications = publications(rows);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        let newest =
            row.sources().filter_map(|source| publications.get(source)).map(|source| source.cell("year")).max();
        if let Some(year) = newest {
            *counts.entry(if year.is_empty() { "none" } else { year }).or_default() += 1;
        }
    }
    let mut text = "## Rows by year of their newest source\n\n| year | rows |\n|---|---|\n".to_owned();
    for (year, count) in counts.iter().rev() {
        writeln!(text, "| {year} | {count} |").expect("strings take text");
    }
    text + "\n"
}

fn by_source(rows: &[Row]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    rows.iter().flat_map(Row::sources).for_each(|source| *counts.entry(source).or_default() += 1);
    let mut cited: Vec<(&str, &Row)> = publications(rows).into_iter().collect();
    cited.sort_by_key(|(key, _)| (std::cmp::Reverse(counts.get(key).copied().unwrap_or(0)), *key));
    let mut text =
        "## Rows by source\n\nA row with two sources counts for each.\n\n| source | year | rows |\n|---|---|---|\n"
            .to_owned();
    for (key, source) in cited {
        let title = source.cell("title").replace('|', "/");
        let title = match source.cell("url") {
            "" => title,
            url => format!("[{title}]({url})"),
        };
        writeln!(text, "| {title} | {} | {} |", source.cell("year"), counts.get(key).unwrap_or(&0))
            .expect("strings take text");
    }
    text + "\n"
}

fn gaps(rows: &[Row]) -> String {
    let mut text = "## Open gaps\n\n".to_owned();
    let open = |row: &&Row| row.table == "link" && !["closed", "planned"].contains(&row.cell("status"));
    let mut limits: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for link in rows.iter().filter(open) {
        let of = limits.entry(link.cell("mode")).or_default();
        of.0 += 1;
        of.1 += usize::from(link.cell("capacity_value").is_empty());
    }
    text.push_str("Links in use that state no capacity, by mode; no limit is entered for them:\n\n| mode | links | without |\n|---|---|---|\n");
    for (mode, (all, without)) in limits {
        writeln!(text, "| {mode} | {all} | {without} |").expect("strings take text");
    }
    list(&mut text, "Volumes known only within a factor of three or more", rows, |row| {
        let (low, high) = row.number("volume_low").zip(row.number("volume_high"))?;
        (high > WIDE * low).then(|| format!("{low} to {high} {}", row.cell("unit")))
    });
    list(&mut text, "Rows that rest on memory: no publication was opened for them", rows, |row| {
        let only = row.sources().any(|source| source == UNCHECKED);
        only.then(|| row.cell("note").to_owned())
    });
    text.push('\n');
    text
}

fn list(text: &mut String, title: &str, rows: &[Row], found: impl Fn(&Row) -> Option<String>) {
    let lines: Vec<String> = rows
        .iter()
        .filter_map(|row| Some(format!("- {} `{}`: {}", row.table, row.name, or_nothing(&found(row)?))))
        .collect();
    write!(text, "\n### {title}: {}\n\n{}\n", lines.len(), lines.join("\n")).expect("strings take text");
}

fn or_nothing(note: &str) -> &str {
    if note.is_empty() { "(no note)" } else { note }
}

/// A text's place in the shuffle: FNV-1a, then the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn shuffled(text: &str) -> u64 {
    let mut bits = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Rows in an order that depends on their table and name alone, so that a new row moves few others.
fn draw(rows: &[Row]) -> Vec<&Row> {
    let own = |row: &&Row| row.sources().any(|source| ![UNCHECKED, OWN, "iso3166", "geonames"].contains(&source));
    let stated = |row: &&Row| ["high", "medium"].contains(&row.cell("confidence")) && STATE.contains(&row.table);
    let derived = |row: &&Row| row.sources().all(|source| ["osm_rail", "osm_road", "marnet", "osm"].contains(&source));
    let mut drawn: Vec<&Row> = rows.iter().filter(own).filter(stated).filter(|row| !derived(row)).collect();
    let order = |row: &Row| shuffled(&format!("20251228 {} {}", row.table, row.name));
    drawn.sort_by_key(|row| order(row));
    drawn.truncate(DRAWN);
    drawn
}

fn checked(rows: &[Row], checks: &Checks) -> String {
    let mut text = format!(
        "## {DRAWN} rows checked by hand\n\nDrawn by a shuffle with the seed 20251228 from the rows of high and medium \
         confidence that state a fact and cite a publication; each was compared with the stored text of what it cites.\n\n\
         | row | says | source | found |\n|---|---|---|---|\n"
    );
    for row in draw(rows) {
        let name = format!("{} {}", row.table, row.name);
        let says = [
            "volume",
            "capacity_value",
            "share_pct",
            "cost",
            "toll",
            "effect",
            "value",
            "length",
            "operator",
            "counts",
        ]
        .iter()
        .filter(|column| !row.cell(column).is_empty())
        .map(|column| format!("{column} {}", row.cell(column)))
        .collect::<Vec<_>>()
        .join(", ");
        let note = row.cell("note").replace('|', "/");
        let found = checks.get(&name).map_or("not checked yet", String::as_str);
        writeln!(text, "| {name} | {says}. {note} | {} | {found} |", row.cell("source").replace('|', ", "))
            .expect("strings take text");
    }
    text
}
