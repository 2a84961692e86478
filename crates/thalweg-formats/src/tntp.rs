//! Networks, trip tables and link flows in the TNTP text format of the public test networks.
//!
//! Metadata lines `<NAME> value` up to `<END OF METADATA>`, comments after `~`, then rows. A net row is
//! from, to, capacity, length, free-flow time, b, power, and optionally speed, toll, type. Trips are
//! `Origin n` followed by `destination : volume ;` pairs. Nodes are counted from one in files, from zero here.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use thalweg_engine::equilibrium::road_network::Extent;
use thalweg_engine::equilibrium::trip_table::Trip;

/// Largest number of nodes or zones a file may declare; above it the file is taken for damaged.
const NODES_MAX: u32 = 100_000_000;

/// Where a file cannot be read as what it should be, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFault {
    /// The file, as it was named.
    pub file: String,
    /// Its line, from one; zero when the fault is of the whole file.
    pub row: u64,
    /// The character in the line where the text at fault begins, from one; zero when the fault is of the whole line.
    pub column: u64,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for ReadFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.row, self.column) {
            (0, _) => write!(f, "{}: {}", self.file, self.what),
            (row, 0) => write!(f, "{}, row {row}: {}", self.file, self.what),
            (row, column) => write!(f, "{}, row {row}, column {column}: {}", self.file, self.what),
        }
    }
}

impl std::error::Error for ReadFault {}

/// A network as its file gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct TntpNetwork {
    /// Sizes and the rule for centroids.
    pub extent: Extent,
    /// The rows in file order.
    pub links: Vec<TntpLink>,
}

/// A row of a net file, nodes counted from zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TntpLink {
    /// Node the link leaves.
    pub from: u32,
    /// Node the link enters.
    pub to: u32,
    /// Flow at which the volume-capacity ratio is one.
    pub capacity: f64,
    /// Length in the file's own unit.
    pub length: f64,
    /// Time on the empty link.
    pub free_flow_time: f64,
    /// Factor before the power (`B` in the file; other tools call it alpha).
    pub b: f64,
    /// The power (other tools call it beta).
    pub power: f64,
    /// Toll in the file's own unit.
    pub toll: f64,
}

/// A trip table as its file gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct TntpTrips {
    /// Number of zones declared.
    pub zones: u32,
    /// The declared total, if there is one.
    pub declared_total: Option<f64>,
    /// Pairs in file order, zones counted from zero; zero volumes are left out.
    pub trips: Vec<Trip>,
}

/// A row of a flow file, nodes counted from zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TntpFlow {
    /// Node the link leaves.
    pub from: u32,
    /// Node the link enters.
    pub to: u32,
    /// Flow on the link.
    pub volume: f64,
    /// Cost at that flow.
    pub cost: f64,
}

/// Reads a `_net.tntp` file.
///
/// # Errors
/// The first place where the file is no network.
pub fn read_net(file: &Path) -> Result<TntpNetwork, ReadFault> {
    parse_net(open(file)?, &file.display().to_string())
}

/// Reads a `_trips.tntp` file.
///
/// # Errors
/// The first place where the file is no trip table.
pub fn read_trips(file: &Path) -> Result<TntpTrips, ReadFault> {
    parse_trips(open(file)?, &file.display().to_string())
}

/// Reads a `_flow.tntp` file.
///
/// # Errors
/// The first place where the file is no table of flows.
pub fn read_flows(file: &Path) -> Result<Vec<TntpFlow>, ReadFault> {
    parse_flows(open(file)?, &file.display().to_string())
}

/// A network from any source of lines; `file` names it in faults.
///
/// # Errors
/// The first place where the lines are no network.
pub fn parse_net(source: impl BufRead, file: &str) -> Result<TntpNetwork, ReadFault> {
    let mut lines = Lines::new(source, file);
    let metadata = Metadata::read(&mut lines)?;
    let zones = metadata.whole(&lines, "NUMBER OF ZONES")?;
    let nodes = metadata.whole(&lines, "NUMBER OF NODES")?;
    let first_thru_node = match metadata.number("FIRST THRU NODE") {
        None => 0,
        Some(_) => metadata.whole(&lines, "FIRST THRU NODE")?.saturating_sub(1),
    };
    if zones > nodes {
        return Err(lines.fault_of_file(format!("{zones} zones are more than the {nodes} nodes")));
    }
    let declared = metadata.whole(&lines, "NUMBER OF LINKS")?;
    let mut links = Vec::new();
    while lines.next_row()? {
        let mut fields = lines.fields();
        let from = fields.node("init_node", nodes)?;
        let to = fields.node("term_node", nodes)?;
        let capacity = fields.number("capacity")?;
        let length = fields.number("length")?;
        let free_flow_time = fields.number("free_flow_time")?;
        let (b, power) = (fields.number("b")?, fields.number("power")?);
        let _speed = fields.number_if_any("speed")?;
        let toll = fields.number_if_any("toll")?;
        links.push(TntpLink { from, to, capacity, length, free_flow_time, b, power, toll });
    }
    if links.len() as u64 != u64::from(declared) {
        return Err(lines.fault_of_file(format!("{declared} links are declared and {} are given", links.len())));
    }
    Ok(TntpNetwork { extent: Extent { zones, nodes, first_thru_node }, links })
}

/// A trip table from any source of lines; `file` names it in faults.
///
/// # Errors
/// The first place where the lines are no trip table.
pub fn parse_trips(source: impl BufRead, file: &str) -> Result<TntpTrips, ReadFault> {
    let mut lines = Lines::new(source, file);
    let metadata = Metadata::read(&mut lines)?;
    let zones = metadata.whole(&lines, "NUMBER OF ZONES")?;
    let declared_total = metadata.number("TOTAL OD FLOW");
    let mut trips = Vec::new();
    let mut origin = None;
    while lines.next_row()? {
        let mut fields = lines.fields();
        while let Some(word) = fields.peek() {
            if word.eq_ignore_ascii_case(b"origin") {
                fields.take();
                origin = Some(fields.node("origin", zones)?);
                continue;
            }
            let Some(origin) = origin else {
                return Err(fields.fault("trips are given before the first `Origin`"));
            };
            let destination = fields.node("destination", zones)?;
            let volume = fields.number("volume")?;
            if volume < 0.0 {
                return Err(fields.fault("a volume is below zero"));
            }
            if volume > 0.0 {
                trips.push(Trip { origin, destination, volume });
            }
        }
    }
    Ok(TntpTrips { zones, declared_total, trips })
}

/// Link flows from any source of lines; `file` names it in faults.
///
/// # Errors
/// The first place where the lines are no table of flows.
pub fn parse_flows(source: impl BufRead, file: &str) -> Result<Vec<TntpFlow>, ReadFault> {
    let mut lines = Lines::new(source, file);
    let mut flows = Vec::new();
    while lines.next_row()? {
        let mut fields = lines.fields();
        let is_header = fields.peek().is_some_and(|word| word.first().is_some_and(u8::is_ascii_alphabetic));
        if is_header || fields.peek().is_some_and(|word| word.starts_with(b"<")) {
            continue;
        }
        let (from, to) = (fields.node("from", NODES_MAX)?, fields.node("to", NODES_MAX)?);
        let (volume, cost) = (fields.number("volume")?, fields.number("cost")?);
        flows.push(TntpFlow { from, to, volume, cost });
    }
    Ok(flows)
}

fn open(file: &Path) -> Result<BufReader<File>, ReadFault> {
    File::open(file).map(BufReader::new).map_err(|error| ReadFault {
        file: file.display().to_string(),
        row: 0,
        column: 0,
        what: format!("the file cannot be opened: {error}"),
    })
}

/// Lines of a file, one at a time in one buffer, without comments and blank ones.
struct Lines<'a, Source> {
    source: Source,
    file: &'a str,
    row: u64,
    line: Vec<u8>,
}

impl<'a, Source: BufRead> Lines<'a, Source> {
    fn new(source: Source, file: &'a str) -> Self {
        Lines { source, file, row: 0, line: Vec::new() }
    }

    /// Moves to the next line that says something; false at the end.
    fn next_row(&mut self) -> Result<bool, ReadFault> {
        loop {
            self.line.clear();
            let read = self
                .source
                .read_until(b'\n', &mut self.line)
                .map_err(|error| self.fault_of_file(format!("the file cannot be read: {error}")))?;
            if read == 0 {
                return Ok(false);
            }
            self.row += 1;
            if let Some(comment) = self.line.iter().position(|byte| *byte == b'~') {
                self.line.truncate(comment);
            }
            if self.line.iter().any(|byte| !is_gap(*byte)) {
                return Ok(true);
            }
        }
    }

    fn fields(&self) -> Fields<'_> {
        Fields { file: self.file, row: self.row, line: &self.line, at: 0 }
    }

    fn fault_of_file(&self, what: String) -> ReadFault {
        ReadFault { file: self.file.to_owned(), row: 0, column: 0, what }
    }
}

/// What stands between fields: blanks, and the colons and semicolons of trip tables and net rows.
fn is_gap(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b';' || byte == b':'
}

/// The fields of one line, in order.
struct Fields<'a> {
    file: &'a str,
    row: u64,
    line: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    fn peek(&mut self) -> Option<&'a [u8]> {
        while self.line.get(self.at).is_some_and(|byte| is_gap(*byte)) {
            self.at += 1;
        }
        let rest = self.line.get(self.at..)?;
        let length = rest.iter().position(|byte| is_gap(*byte)).unwrap_or(rest.len());
        if length == 0 { None } else { Some(&rest[..length]) }
    }

    fn take(&mut self) -> Option<&'a [u8]> {
        let word = self.peek()?;
        self.at += word.len();
        Some(word)
    }

    fn fault(&self, what: impl Into<String>) -> ReadFault {
        ReadFault { file: self.file.to_owned(), row: self.row, column: self.at as u64 + 1, what: what.into() }
    }

    fn number(&mut self, name: &str) -> Result<f64, ReadFault> {
        let Some(word) = self.peek() else {
            return Err(self.fault(format!("`{name}` is missing")));
        };
        match std::str::from_utf8(word).ok().and_then(|text| text.parse::<f64>().ok()) {
            Some(value) if value.is_finite() => {
                self.at += word.len();
                Ok(value)
            }
            _ => Err(self.fault(format!("`{name}` is \"{}\", not a number", String::from_utf8_lossy(word)))),
        }
    }

    fn number_if_any(&mut self, name: &str) -> Result<f64, ReadFault> {
        if self.peek().is_none() { Ok(0.0) } else { self.number(name) }
    }

    /// A node or zone of the file's count, from one, as an index from zero.
    fn node(&mut self, name: &str, count: u32) -> Result<u32, ReadFault> {
        let Some(word) = self.peek() else {
            return Err(self.fault(format!("`{name}` is missing")));
        };
        let text = String::from_utf8_lossy(word);
        match text.parse::<u32>() {
            Ok(node) if (1..=count).contains(&node) => {
                self.at += word.len();
                Ok(node - 1)
            }
            Ok(node) => Err(self.fault(format!("`{name}` is {node}, outside 1 to {count}"))),
            Err(_) => Err(self.fault(format!("`{name}` is \"{text}\", not a whole number"))),
        }
    }
}

/// The head of a file: names and values in the order given.
struct Metadata {
    entries: Vec<(String, String)>,
}

impl Metadata {
    fn read<Source: BufRead>(lines: &mut Lines<'_, Source>) -> Result<Metadata, ReadFault> {
        let mut entries = Vec::new();
        while lines.next_row()? {
            let text = String::from_utf8_lossy(&lines.line);
            let tag = text.trim().strip_prefix('<').and_then(|rest| rest.split_once('>'));
            let Some((name, value)) = tag else {
                return Err(lines.fields().fault("a line `<NAME> value` is expected before <END OF METADATA>"));
            };
            if name.trim().eq_ignore_ascii_case("END OF METADATA") {
                return Ok(Metadata { entries });
            }
            entries.push((name.trim().to_ascii_uppercase(), value.trim().to_owned()));
        }
        Err(lines.fault_of_file("the file ends before <END OF METADATA>".to_owned()))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.text(name)?.parse().ok().filter(|value: &f64| value.is_finite())
    }

    fn whole<Source: BufRead>(&self, lines: &Lines<'_, Source>, name: &str) -> Result<u32, ReadFault> {
        let Some(text) = self.text(name) else {
            return Err(lines.fault_of_file(format!("<{name}> is missing")));
        };
        match text.parse::<u32>() {
            Ok(value) if value <= NODES_MAX => Ok(value),
            _ => Err(lines.fault_of_file(format!("<{name}> is \"{text}\", not a whole number in range"))),
        }
    }
}
