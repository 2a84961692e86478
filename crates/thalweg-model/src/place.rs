//! Where in the user's files something stands: file, row, column.
use std::fmt;

/// A place in a study's files; rows count from 1 with the header as row 1, as editors and spreadsheets do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// File name relative to the study folder.
    pub file: String,
    /// Line of the row, 0 where the problem concerns the whole file.
    pub row: u32,
    /// Column name, empty where the problem concerns the whole row.
    pub column: String,
}

impl Place {
    /// A whole file.
    pub fn file(file: &str) -> Self {
        Self { file: file.to_owned(), row: 0, column: String::new() }
    }

    /// A cell of this row.
    pub fn column(&self, column: &str) -> Self {
        Self { column: column.to_owned(), ..self.clone() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.row > 0 {
            write!(f, ", row {}", self.row)?;
        }
        if !self.column.is_empty() {
            write!(f, ", `{}`", self.column)?;
        }
        Ok(())
    }
}
