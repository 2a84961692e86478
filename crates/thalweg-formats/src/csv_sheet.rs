//! CSV as people have it: with or without BOM, comma, semicolon or tab, any line end; faults become problems.
use std::borrow::Cow;
use thalweg_model::draft::Sheet;
use thalweg_model::place::Place;
use thalweg_model::problem::Problem;
use thalweg_model::schema::Table;

/// Reads one file of a table; rows that cannot be used are reported and left out.
pub fn read_sheet(table: &'static Table, file: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Sheet {
    let mut sheet = Sheet { table, file: file.to_owned(), header: Vec::new(), rows: Vec::new() };
    let text = decode(file, bytes, problems);
    let separator = separator(&text);
    let mut lines = Lines::new(&text);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(Problem::error(Place::file(file), format!("cannot be read as CSV: {error}")));
                break;
            }
        };
        let line = record.position().map_or(0, |position| lines.line_of_row(position.byte()));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if sheet.header.is_empty() {
            sheet.header = cells.iter().map(|name| name.trim().to_owned()).collect();
        } else if let Some(cells) = fit(&sheet, line, cells, separator, problems) {
            sheet.rows.push((line, cells));
        }
    }
    if sheet.header.is_empty() {
        problems.push(Problem::error(Place::file(file), "is empty").hint("the first row names the columns"));
    }
    sheet
}

/// The text of a file without its byte order mark; reports bytes that are not UTF-8 and reads on around them.
pub(crate) fn decode<'a>(file: &str, bytes: &'a [u8], problems: &mut Vec<Problem>) -> Cow<'a, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Cow::Borrowed(text),
        Err(error) => error,
    };
    let hint = "save the file as CSV UTF-8";
    if let Some(text) = decode_utf16(bytes) {
        problems.push(Problem::error(Place::file(file), "is UTF-16, not UTF-8").hint(hint));
        return Cow::Owned(text);
    }
    let before = &bytes[..error.valid_up_to()];
    let row = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let place = Place { row: u32::try_from(row).unwrap_or(u32::MAX), ..Place::file(file) };
    problems.push(Problem::error(place, "has bytes that are not UTF-8").hint(hint));
    String::from_utf8_lossy(bytes)
}

fn decode_utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

/// The lines of a text, asked for by rising positions.
struct Lines<'a> {
    bytes: &'a [u8],
    position: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), position: 0, line: 1 }
    }

    /// The line of the first row that starts at or after a position: blank lines before it are skipped.
    fn line_of_row(&mut self, position: u64) -> u32 {
        let start = usize::try_from(position).unwrap_or(usize::MAX);
        while self.position < self.bytes.len() {
            let byte = self.bytes[self.position];
            if self.position >= start && byte != b'\n' && byte != b'\r' {
                break;
            }
            let next = self.bytes.get(self.position + 1);
            let ends = byte == b'\n' || (byte == b'\r' && next != Some(&b'\n'));
            self.line = self.line.saturating_add(u32::from(ends));
            self.position += 1;
        }
        self.line
    }
}

/// The separator that the first line uses most outside quotes.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |separator: char| {
        let mut quoted = false;
        let outside = |c: &char| {
            quoted ^= *c == '"';
            !quoted && *c == separator
        };
        first.chars().filter(outside).count()
    };
    let counts = [(count(','), b','), (count(';'), b';'), (count('\t'), b'\t')];
    counts.into_iter().rev().max_by_key(|(count, _)| *count).map_or(b',', |(_, separator)| separator)
}

/// The cells of a row made as long as the header, `None` for a row with too many or too few.
fn fit(
    sheet: &Sheet,
    line: u32,
    mut cells: Vec<String>,
    separator: u8,
    problems: &mut Vec<Problem>,
) -> Option<Vec<String>> {
    let wanted = sheet.header.len();
    while cells.len() > wanted && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    if cells.len() == wanted {
        return Some(cells);
    }
    let place = Place { row: line, ..Place::file(&sheet.file) };
    let hint = if cells.iter().any(|cell| cell.contains('\n')) {
        "a quote may be opened here and never closed".to_owned()
    } else if cells.len() > wanted {
        format!("put a cell that contains `{}` in double quotes", char::from(separator))
    } else {
        "empty cells keep their separators".to_owned()
    };
    let message = format!("has {} cells where the header has {wanted}", cells.len());
    problems.push(Problem::error(place, message).hint(hint));
    None
}
