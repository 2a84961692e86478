//! Readers of the outside cases: a folder named by the environment, TNTP tables, JSON numbers.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A file of the outside cases, or nothing, said once per file, where they are absent.
pub fn outside_case(name: &str) -> Option<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var("THALWEG_CASES").unwrap_or_else(|_| "../shared".to_string());
    let text = std::fs::read_to_string(root.join(folder).join(name)).ok();
    if text.is_none() {
        println!("1 skipped: no {name} in the folder of outside cases (THALWEG_CASES)");
    }
    text
}

/// A link of a TNTP network.
pub struct TntpLink {
    pub from: u32,
    pub to: u32,
    pub capacity: f64,
    pub free_flow_time: f64,
}

/// The links of a TNTP network, nodes counted from zero.
pub fn tntp_links(text: &str) -> Vec<TntpLink> {
    let body = text.split("<END OF METADATA>").nth(1).unwrap();
    let rows = body.lines().map(str::trim).filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    rows.map(|line| {
        let fields: Vec<f64> =
            line.trim_end_matches(';').split_whitespace().map(|field| field.parse().unwrap()).collect();
        TntpLink {
            from: fields[0] as u32 - 1,
            to: fields[1] as u32 - 1,
            capacity: fields[2],
            free_flow_time: fields[4],
        }
    })
    .collect()
}

/// Origin, destination and trips, nodes counted from zero, without empty and inner ones.
pub fn tntp_trips(text: &str) -> Vec<(u32, u32, f64)> {
    let body = text.split("<END OF METADATA>").nth(1).unwrap();
    let mut trips = Vec::new();
    for part in body.split("Origin").skip(1) {
        let (origin, entries) = part.trim().split_once(char::is_whitespace).unwrap();
        let origin: u32 = origin.parse().unwrap();
        for entry in entries.split(';').filter(|entry| entry.contains(':')) {
            let (destination, volume) = entry.split_once(':').unwrap();
            let destination: u32 = destination.trim().parse().unwrap();
            let volume: f64 = volume.trim().parse().unwrap();
            if volume > 0.0 && destination != origin {
                trips.push((origin - 1, destination - 1, volume));
            }
        }
    }
    trips
}

/// A JSON value as far as the cases need it.
#[derive(Clone, Debug)]
pub enum Json {
    Number(f64),
    Text,
    List,
    Table(BTreeMap<String, Json>),
    Other,
}

impl Json {
    pub fn parse(text: &str) -> Json {
        let bytes = text.as_bytes();
        let mut at = 0;
        value(bytes, &mut at)
    }

    pub fn number(&self) -> f64 {
        match self {
            Json::Number(number) => *number,
            other => panic!("no number: {other:?}"),
        }
    }

    pub fn table(&self) -> &BTreeMap<String, Json> {
        match self {
            Json::Table(table) => table,
            other => panic!("no table: {other:?}"),
        }
    }

    pub fn at(&self, key: &str) -> &Json {
        self.table().get(key).unwrap_or_else(|| panic!("no {key}"))
    }
}

fn skip_space(bytes: &[u8], at: &mut usize) {
    while *at < bytes.len() && bytes[*at].is_ascii_whitespace() {
        *at += 1;
    }
}

fn value(bytes: &[u8], at: &mut usize) -> Json {
    skip_space(bytes, at);
    match bytes[*at] {
        b'{' => table(bytes, at),
        b'[' => list(bytes, at),
        b'"' => {
            string(bytes, at);
            Json::Text
        }
        _ => scalar(bytes, at),
    }
}

fn scalar(bytes: &[u8], at: &mut usize) -> Json {
    let start = *at;
    while *at < bytes.len() && !b",]} \n\r\t".contains(&bytes[*at]) {
        *at += 1;
    }
    let word = std::str::from_utf8(&bytes[start..*at]).unwrap();
    word.parse().map_or(Json::Other, Json::Number)
}

fn string(bytes: &[u8], at: &mut usize) -> String {
    *at += 1;
    let start = *at;
    while bytes[*at] != b'"' {
        *at += if bytes[*at] == b'\\' { 2 } else { 1 };
    }
    *at += 1;
    String::from_utf8_lossy(&bytes[start..*at - 1]).into_owned()
}

fn list(bytes: &[u8], at: &mut usize) -> Json {
    *at += 1;
    loop {
        skip_space(bytes, at);
        match bytes[*at] {
            b']' => break,
            b',' => *at += 1,
            _ => drop(value(bytes, at)),
        }
    }
    *at += 1;
    Json::List
}

fn table(bytes: &[u8], at: &mut usize) -> Json {
    let mut entries = BTreeMap::new();
    *at += 1;
    loop {
        skip_space(bytes, at);
        match bytes[*at] {
            b'}' => break,
            b',' => *at += 1,
            _ => {
                let key = string(bytes, at);
                skip_space(bytes, at);
                *at += 1;
                entries.insert(key, value(bytes, at));
            }
        }
    }
    *at += 1;
    Json::Table(entries)
}

/// Equal to a relative tolerance, with both figures in the message.
#[track_caller]
pub fn assert_close(found: f64, expected: f64, tolerance: f64) {
    let size = expected.abs().max(1.0);
    assert!((found - expected).abs() <= tolerance * size, "found {found}, expected {expected}");
}
