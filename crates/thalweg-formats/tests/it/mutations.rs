//! No file makes the readers panic: the ten-node study with bytes changed at random from a fixed seed.
use crate::studies::own_network;
use thalweg_formats::read_study::read_study;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_formats::study_files::StudyFiles;

const CASES: u64 = 3000;

/// Pieces that readers stumble over.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r\n",
    b"\r",
    b"|",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\0",
    b"NaN",
    b"inf",
    b"-1",
    b"1e308",
    b"1e-320",
    b"99999999999999999999",
    b"0",
    b"\xc4\xb1",
    b"[[change]]",
    b"[",
    b"]",
    b"{",
    b"=",
    b"'''",
    b"2025-02-30",
    b"9999-12-31",
    b"-9999-01-01",
    b"XAL",
    b"aldermouth",
    b"rail",
    b"TEU/yr",
    b"a,b,c,d\n",
    b"_low",
    b"do = \"close\"\n",
];

/// A small generator of numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

fn mutate(files: &StudyFiles, dice: &mut Dice) -> StudyFiles {
    let mut mutated = files.clone();
    for _ in 0..=dice.below(3) {
        let nth = dice.below(mutated.files.len());
        let Some((_, bytes)) = mutated.files.iter_mut().nth(nth) else { continue };
        let mut text = bytes.to_vec();
        for _ in 0..=dice.below(4) {
            let at = dice.below(text.len() + 1);
            let until = (at + dice.below(12)).min(text.len());
            match dice.below(4) {
                0 => drop(text.drain(at..until)),
                1 => drop(text.splice(at..until, PIECES[dice.below(PIECES.len())].iter().copied())),
                2 => drop(text.splice(at..at, PIECES[dice.below(PIECES.len())].iter().copied())),
                _ => text.truncate(if dice.below(8) == 0 { at } else { text.len() }),
            }
        }
        *bytes = text.into();
    }
    mutated
}

#[test]
fn no_change_of_bytes_makes_a_reader_panic() {
    let files = own_network();
    let mut sound = 0;
    for case in 1..=CASES {
        let mutated = mutate(&files, &mut Dice(case.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        if let Ok((model, _)) = read_study(&mutated) {
            read_scenarios(&mutated, &model);
            sound += 1;
        }
    }
    assert!(sound > 0 && sound < CASES, "{sound} of {CASES} cases were sound");
}

#[test]
fn deep_nesting_and_a_column_of_quotes_do_not_panic() {
    for text in [
        "[".repeat(20_000),
        "\"".repeat(20_001),
        "a=".repeat(20_000),
        "a.".repeat(20_000),
        format!("x = {}", "[".repeat(20_000)),
    ] {
        let mut files = own_network();
        for path in ["study.toml", "scenario/stonegate_closed.toml", "node.csv"] {
            let mut files = files.clone();
            files.files.insert(path.to_owned(), text.clone().into_bytes().into());
            if let Ok((model, _)) = read_study(&files) {
                read_scenarios(&files, &model);
            }
        }
        files.files.clear();
        assert!(read_study(&files).is_err());
    }
}
