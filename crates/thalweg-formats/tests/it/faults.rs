//! Files that are wrong in one way each: what `thalweg check` says of them.
use crate::studies::own_network;
use thalweg_formats::read_study::read_study;
use thalweg_formats::study_files::StudyFiles;
use thalweg_model::problem::Severity;

/// The ten-node study with one file replaced or added.
fn with(path: &str, bytes: &[u8]) -> StudyFiles {
    let mut files = own_network();
    files.files.insert(path.to_owned(), bytes.to_vec().into());
    files
}

fn text_of(path: &str) -> String {
    String::from_utf8(own_network().files[path].to_vec()).unwrap()
}

/// The ten-node study with a text replaced in one file.
fn replaced(path: &str, from: &str, to: &str) -> StudyFiles {
    let text = text_of(path);
    assert!(text.contains(from), "{path} has no {from}");
    with(path, text.replacen(from, to, 1).as_bytes())
}

/// The ten-node study with rows added to one file.
fn added(path: &str, rows: &str) -> StudyFiles {
    with(path, format!("{}{rows}\n", text_of(path)).as_bytes())
}

fn errors(files: &StudyFiles) -> Vec<String> {
    let problems = read_study(files).expect_err("the study should have an error");
    problems.iter().filter(|problem| problem.severity == Severity::Error).map(ToString::to_string).collect()
}

fn only_error(files: &StudyFiles) -> String {
    let mut errors = errors(files);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    errors.remove(0)
}

fn warnings(files: &StudyFiles) -> Vec<String> {
    let (_, warnings) = read_study(files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    warnings.iter().map(ToString::to_string).collect()
}

fn only_warning(files: &StudyFiles) -> String {
    let mut warnings = warnings(files);
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    warnings.remove(0)
}

#[track_caller]
fn assert_says(problem: &str, parts: &[&str]) {
    parts.iter().for_each(|part| assert!(problem.contains(part), "{problem:?} does not say {part:?}"));
}

#[test]
fn a_name_that_is_not_there_gets_file_row_column_and_the_nearest() {
    let problem = only_error(&replaced("link.csv", "aldermouth,graywick", "aldermouth,grawick"));
    assert_eq!(problem, "link.csv, row 2, `to_node_id`: no node is called `grawick`; the nearest name is `graywick`");
}

#[test]
fn all_problems_of_all_files_come_at_once() {
    let mut files = replaced("link.csv", ",rail,94,", ",rial,94,");
    for (path, from, to) in
        [("node.csv", "20.00", "200.00"), ("demand.csv", "40000,", "lots,"), ("study.toml", "\"EUR\"", "3\nnmae = 4")]
    {
        files.files.insert(path.to_owned(), text_of(path).replacen(from, to, 1).into_bytes().into());
    }
    let problems = errors(&files);
    assert_eq!(problems.len(), 4, "{problems:#?}");
    assert_says(&problems[0], &["demand.csv, row 2, `volume`", "`lots` is not a number"]);
    assert_says(&problems[1], &["link.csv, row 2, `mode`", "the nearest value is `rail`"]);
    assert_says(&problems[2], &["node.csv, row 2, `x_coord`", "between -180 and 180"]);
    assert_says(&problems[3], &["study.toml, row 7, `nmae`", "the nearest name is `name`"]);
}

#[test]
fn an_unknown_column_gets_the_nearest_name_and_a_missing_one_its_meaning() {
    let problems = errors(&replaced("node.csv", "node_id,name,", "node_id,nam,"));
    assert_says(&problems[0], &["node.csv, row 1, `nam`", "the nearest name is `name`"]);
    assert_says(&problems[1], &["node.csv, row 1, `name`", "the column is missing", "English name"]);
}

#[test]
fn a_column_of_ones_own_starts_with_an_underscore() {
    assert!(warnings(&replaced("node.csv", "node_type", "_type")).is_empty());
}

#[test]
fn byte_order_mark_line_ends_and_separators_are_all_taken() {
    let plain = read_study(&own_network()).unwrap().0;
    let text = text_of("node.csv");
    let unquoted = |separator: &str| text.replace(',', separator);
    let versions = [
        format!("\u{feff}{text}"),
        text.replace('\n', "\r\n"),
        unquoted(";"),
        unquoted("\t"),
        format!("\u{feff}{}", unquoted(";").replace('\n', "\r\n")),
        text.replace("Aldermouth", "\"Aldermouth\""),
        text.replace('\n', "\n\n"),
    ];
    for version in versions {
        let (model, _) = read_study(&with("node.csv", version.as_bytes())).unwrap();
        let names =
            |model: &thalweg_model::model::Model| model.nodes.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&model), names(&plain));
    }
}

#[test]
fn rows_keep_their_line_after_quoted_line_ends_and_blank_lines() {
    let text = text_of("node.csv")
        .replace("Aldermouth,", "\"Alder\nmouth\",")
        .replace("stonegate,Stonegate", "\n\nstonegate,Stonegate");
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let problem = only_error(&with("node.csv", text.replace("22.90", "x").as_bytes()));
        assert_says(&problem, &["node.csv, row 8, `x_coord`"]);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_a_problem_with_their_row() {
    let mut bytes = text_of("actor.csv").into_bytes();
    bytes.extend(b"XDE,D\xfcne,,state,\n");
    let problems = errors(&with("actor.csv", &bytes));
    assert_says(&problems[0], &["actor.csv, row 7", "not UTF-8", "save the file as CSV UTF-8"]);
}

#[test]
fn ragged_rows_and_open_quotes_are_problems() {
    let problem = only_error(&added("actor.csv", "XDE,Dune"));
    assert_says(&problem, &["actor.csv, row 7", "has 2 cells where the header has 5"]);
    let problem = only_error(&added("actor.csv", "XDE,\"Dune,,state,\n"));
    assert_says(&problem, &["actor.csv, row 7", "a quote may be opened here"]);
}

#[test]
fn a_decimal_comma_says_how_to_write_the_number() {
    let text = text_of("node.csv").replace(',', ";").replace("22.50", "22,50");
    let problem = only_error(&with("node.csv", text.as_bytes()));
    assert_says(&problem, &["node.csv, row 4, `x_coord`", "`22,50` is not a number", "22.50"]);
}

#[test]
fn a_key_stands_once_unless_its_rows_hold_at_different_dates() {
    let row = "XAL,Alder again,,state,";
    assert_says(&only_error(&added("actor.csv", row)), &["row 7, `actor_id`", "already in actor.csv, row 2"]);
    let rules = "rule_id,actor,lever,territory,effect,valid_from,valid_until\n";
    let dated =
        format!("{rules}r,XBI,territory,XBI,deny,2020-01-01,2020-12-31\nr,XBI,territory,XBI,deny,2021-01-01,\n");
    assert!(warnings(&with("rule.csv", dated.as_bytes())).is_empty());
    let overlapping = dated.replace("2020-12-31", "2021-01-01");
    assert_says(
        &only_error(&with("rule.csv", overlapping.as_bytes())),
        &["rule.csv, row 3", "dates that do not overlap"],
    );
}

#[test]
fn a_range_holds_its_value() {
    let problem = only_error(&replaced("demand.csv", "40000,34000,46000", "40000,44000,46000"));
    assert_says(&problem, &["demand.csv, row 2, `volume`", "outside its own range 44000 to 46000"]);
}

#[test]
fn money_of_another_currency_needs_a_factor_and_is_converted_by_it() {
    let rates = text_of("rate.csv");
    let foreign = rates.replacen("time_sd_share\n", "time_sd_share,currency,price_year\n", 1);
    let foreign: Vec<String> = foreign
        .lines()
        .enumerate()
        .map(|(n, line)| if n == 0 { line.to_owned() } else { format!("{line},USD,2020") })
        .collect();
    let mut files = with("rate.csv", foreign.join("\n").as_bytes());
    let problems = errors(&files);
    assert_says(&problems[0], &["rate.csv, row 2, `currency`", "no factor leads from USD 2020 to EUR 2025"]);
    files.files.insert("currency.csv".to_owned(), b"currency,price_year,factor\nUSD,2020,1.1\n".to_vec().into());
    let (model, _) = read_study(&files).unwrap();
    assert!((model.rates[0].cost.amount.value - 0.45 * 1.1).abs() < 1e-12);
}

#[test]
fn a_blank_that_no_rate_fills_is_an_error() {
    let problems = errors(&replaced("rate.csv", "transfer,,45", "load,road,45"));
    assert_says(&problems[0], &["transfer.csv, row 6, `cost`", "no rate for transfer by rail to road fits boxes"]);
    let problems = errors(&replaced("rate.csv", "move,road,1.05,TEU,55", "move,road,1.05,TEU,"));
    assert_says(&problems[0], &["link.csv", "`time`", "gives no speed"]);
}

#[test]
fn shares_above_the_whole_are_an_error_on_the_dates_they_share() {
    let head = "held,holder,share_pct,holding_type,valid_from,valid_until\n";
    let rows = "birch_rail,XBI,60,equity,,\nbirch_rail,XAL,50,equity,2024-01-01,\n";
    let problem = only_error(&with("holding.csv", format!("{head}{rows}").as_bytes()));
    assert_says(&problem, &["holding.csv, row 3, `share_pct`", "sum to 110.0 % on 2024-01-01"]);
    let ended = rows.replacen(",,\n", ",,2023-12-31\n", 1);
    assert!(warnings(&with("holding.csv", format!("{head}{ended}").as_bytes())).is_empty());
}

#[test]
fn a_toll_needs_a_receiver_and_a_capacity_a_unit() {
    let problem = only_error(&replaced("link.csv", "22,birch_rail,TEU,90000,TEU/yr", "22,,TEU,90000,TEU/yr"));
    assert_says(&problem, &["link.csv, row 5, `toll_to`", "no receiver"]);
    let problem = only_error(&replaced("link.csv", "90000,TEU/yr", "90000,"));
    assert_says(&problem, &["link.csv, row 5, `capacity_unit`", "no unit"]);
}

#[test]
fn a_land_link_between_two_states_names_its_territory() {
    let problem = only_error(&replaced("link.csv", "1520,XBI,birch_rail", "1520,,birch_rail"));
    assert_says(&problem, &["link.csv, row 4, `territory`", "split a link at the border node"]);
}

#[test]
fn rows_of_fact_need_a_source_and_a_confidence_where_the_study_asks() {
    let problems = errors(&replaced("study.toml", "sources_required = false", "sources_required = true"));
    let rows: usize = own_network()
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".csv"))
        .map(|(_, bytes)| bytes.iter().filter(|&&byte| byte == b'\n').count() - 1)
        .sum();
    assert_eq!(problems.len(), 2 * rows);
}

#[test]
fn a_demand_in_a_unit_that_does_not_convert_is_an_error_and_a_charge_a_warning() {
    let problem = only_error(&replaced("demand.csv", "kt/yr", "bcm/yr"));
    assert_says(&problem, &["demand.csv, row 4, `unit`", "bcm does not convert to the unit of `grain`"]);
    let warning = only_warning(&replaced("link.csv", "395,30,310,,,TEU", "395,30,310,,,bbl"));
    assert_says(&warning, &["link.csv, row 10, `per`", "does not convert to the unit of boxes, grain"]);
}

#[test]
fn a_node_that_no_link_touches_is_odd() {
    let warning = only_warning(&added("node.csv", "lost,Lost,,city,20,50,XAL"));
    assert_says(&warning, &["node.csv, row 12", "no link touches Lost"]);
}

#[test]
fn demand_that_nothing_could_carry_is_odd() {
    let kept: Vec<String> =
        text_of("transfer.csv").lines().filter(|line| !line.contains("cedarport")).map(str::to_owned).collect();
    let warnings = warnings(&with("transfer.csv", kept.join("\n").as_bytes()));
    assert_eq!(warnings.len(), 2, "{warnings:#?}");
    assert_says(
        &warnings[0],
        &["demand.csv, row 2, `destination`", "no open route carries Containers from Aldermouth to Estwell"],
    );
}

#[test]
fn territories_that_meet_without_a_crossing_are_odd() {
    let kept: Vec<String> = text_of("border_crossing.csv").lines().take(2).map(str::to_owned).collect();
    let warnings = warnings(&with("border_crossing.csv", kept.join("\n").as_bytes()));
    assert_eq!(warnings.len(), 2, "{warnings:#?}");
    assert_says(&warnings[0], &["border_crossing.csv, row 2", "has one side, XAL"]);
    assert_says(&warnings[1], &["node.csv, row 4", "rail links of XAL, XBI meet at Stonegate", "a side of XBI"]);
}

#[test]
fn gauges_that_meet_without_a_gauge_change_are_odd() {
    let kept: Vec<String> =
        text_of("transfer.csv").lines().filter(|line| !line.contains("moor")).map(str::to_owned).collect();
    let warnings = warnings(&with("transfer.csv", kept.join("\n").as_bytes()));
    assert!(
        warnings.iter().any(|text| text.contains("rail of 1435 mm and 1520 mm meets at Moor Yard")),
        "{warnings:#?}"
    );
}

#[test]
fn a_link_shorter_than_the_earth_or_far_longer_is_odd() {
    let warning = only_warning(&replaced("link.csv", ",rail,94,", ",rail,49,"));
    assert_says(&warning, &["link.csv, row 2, `length`", "49 km is shorter than the 87 km"]);
    let warning = only_warning(&replaced("link.csv", ",rail,94,", ",rail,940,"));
    assert_says(&warning, &["link.csv, row 2, `length`", "10.8 times"]);
}

#[test]
fn a_capacity_of_nothing_and_a_value_of_another_scale_are_odd() {
    let warning = only_warning(&replaced("link.csv", "90000,TEU/yr", "0,TEU/yr"));
    assert_says(&warning, &["link.csv, row 5, `capacity_value`", "lets nothing pass"]);
    let warning = only_warning(&replaced("demand.csv", ",180,150,220,kt/yr", ",180,150,220,Mt/h"));
    assert_says(&warning, &["demand.csv, row 4, `volume`", "far outside the usual"]);
    let warning = only_warning(&replaced("rate.csv", "TEU,38", "TEU,38000"));
    assert_says(&warning, &["rate.csv, row 2, `speed`", "38000 km/h is far outside the usual 1 to 1000"]);
}

const COUNTS: &str = "source_id,title\nport,Port authority\nministry,Ministry\nsite,A trade site\n";

fn counted(rows: &str) -> StudyFiles {
    let head = "observed_id,element_type,element,commodity,period,volume,unit,counts,source\n";
    let mut files = with("observed.csv", format!("{head}{rows}").as_bytes());
    files.files.insert("source.csv".to_owned(), COUNTS.as_bytes().to_vec().into());
    files
}

#[test]
fn a_count_thirty_times_its_neighbours_is_odd() {
    let files = counted(
        "a,terminal,havensund,boxes,2024,76775,TEU/yr,moves,port\n\
         b,terminal,havensund,boxes,2025-01..2025-09,77295,TEU,moves,port\n\
         c,terminal,havensund,boxes,2025,2400000,TEU/yr,moves,site\n",
    );
    assert_says(
        &only_warning(&files),
        &["observed.csv, row 4, `volume`", "31 times the most that any other row counts"],
    );
}

#[test]
fn a_count_that_repeats_another_gates_figure_from_another_source_is_odd() {
    let files = counted(
        "nine_months,terminal,havensund,boxes,2025-01..2025-09,77295,TEU,moves,port\n\
         corridor,corridor,land,boxes,2025,77000,TEU/yr,transits,ministry\n\
         earlier,terminal,havensund,boxes,2024,76775,TEU/yr,moves,port\n",
    );
    assert_says(&only_warning(&files), &["observed.csv, row 3, `volume`", "repeats `nine_months`", "relabelled"]);
}

#[test]
fn files_with_unknown_names_are_not_read_and_said_so() {
    assert_says(&only_warning(&with("links.csv", b"a,b\n1,2\n")), &["links.csv", "the nearest table is `link`"]);
}

#[test]
fn a_table_may_be_a_folder_of_files() {
    let text = text_of("node.csv");
    let (header, rows) = text.split_once('\n').unwrap();
    let mut files = own_network();
    files.files.remove("node.csv");
    for (position, row) in rows.lines().enumerate() {
        let file = format!("{header}\n{row}\n").into_bytes();
        files.files.insert(format!("node/{position:02}.csv"), file.into());
    }
    assert_eq!(read_study(&files).unwrap().0.nodes.len(), 10);
}

#[test]
fn a_folder_without_a_head_says_how_to_make_one() {
    let mut files = own_network();
    files.files.remove("study.toml");
    assert!(errors(&files).iter().any(|text| text.contains("`thalweg new` makes one")));
}

#[test]
fn a_delay_curve_needs_a_capacity_a_size_and_a_steepness_above_one() {
    let with_curve = |curve: &str| {
        let text = text_of("link.csv");
        let (header, rows) = text.split_once('\n').unwrap();
        let limited = header.split(',').position(|column| column == "capacity_value").unwrap();
        let rows = rows.lines().enumerate().map(|(number, row)| {
            let has_capacity = row.split(',').nth(limited).is_some_and(|cell| !cell.is_empty());
            format!("{row},{}\n", if has_capacity && number > 0 { curve } else { ",," })
        });
        let body: String = rows.collect();
        with("link.csv", format!("{header},delay_function,delay_at_capacity,delay_power\n{body}").as_bytes())
    };
    read_study(&with_curve("bpr,12,")).unwrap();
    read_study(&with_curve("conical,12,4")).unwrap();
    assert_says(&errors(&with_curve("bpr,,"))[0], &["`delay_at_capacity`", "no size"]);
    let bare = replaced("link.csv", "corridor\n", "corridor,delay_function,delay_at_capacity\n");
    let rows = String::from_utf8(bare.files["link.csv"].to_vec()).unwrap().replacen(",land\n", ",land,bpr,12\n", 1);
    assert_says(&errors(&with("link.csv", rows.as_bytes()))[0], &["row 2, `capacity_value`", "no capacity"]);
    assert_says(&errors(&with_curve("conical,12,1"))[0], &["`delay_power`", "steepness 1 is not above 1"]);
    assert_says(&errors(&with_curve("brp,12,"))[0], &["`delay_function`", "bpr"]);
}

const SUPPLY_HEADER: &str = "supply_id,commodity,node_id,capacity_value,capacity_unit,minimum";

#[test]
fn a_contract_above_the_supplier_s_capacity_is_an_error_in_whatever_unit_both_are() {
    let row = |minimum: &str| {
        with("supply.csv", format!("{SUPPLY_HEADER}\nfield,grain,graywick,100,kt/yr,{minimum}\n").as_bytes())
    };
    let problem = only_error(&row("120"));
    assert_says(&problem, &["supply.csv, row 2, `minimum`", "at least 120", "above the capacity 100"]);
    assert!(read_study(&row("100")).is_ok(), "a contract may take all of it");
    assert_says(&only_error(&row("-5")), &["`minimum`", "at least 0"]);
}

#[test]
fn a_capacity_is_neither_negative_nor_outside_its_own_range() {
    let negative = only_error(&replaced("link.csv", "90000,TEU/yr", "-90000,TEU/yr"));
    assert_says(&negative, &["link.csv, row 5, `capacity_value`", "-90000 is not possible here", "at least 0"]);
    let text = text_of("link.csv");
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(row, line)| match row {
            0 => format!("{line},capacity_value_low,capacity_value_high"),
            4 => format!("{line},95000,99000"),
            _ => format!("{line},,"),
        })
        .collect();
    let turned = only_error(&with("link.csv", lines.join("\n").as_bytes()));
    assert_says(&turned, &["`capacity_value`", "90000 lies outside its own range 95000 to 99000"]);
}

#[test]
fn background_that_leaves_nothing_of_a_capacity_is_odd_whatever_its_unit() {
    let header = "element_type,element,volume,unit";
    let row = |rows: &str| with("background.csv", format!("{header}\n{rows}\n").as_bytes());
    assert!(warnings(&row("link,ferry_1,59999,TEU/yr")).is_empty());
    let odd = only_warning(&row("link,ferry_1,40000,TEU/yr\nlink,ferry_1,20,kTEU/yr"));
    assert_says(&odd, &["background.csv, row 3, `volume`", "background of 60000 leaves nothing", "60000 TEU a year"]);
}
