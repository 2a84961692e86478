//! Conversion of a row's money to the study's currency and price year.
use crate::draft::Row;
use crate::model::Head;
use crate::problem::Problem;

/// The study's money and the factors that lead to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Money {
    /// ISO 4217 code of the study.
    pub currency: String,
    /// Price year of the study.
    pub price_year: i64,
    /// Study currency per one of (currency, price year).
    pub factors: Vec<(String, i64, f64)>,
}

impl Money {
    /// The study's money with the rows of the table `currency`.
    pub fn new(head: &Row, rows: &[Row]) -> Self {
        let factor = |row: &Row| {
            let factor = row.number("factor")?.value;
            Some((row.text("currency").to_owned(), row.integer("price_year")?, factor))
        };
        Money {
            currency: head.text("currency").to_owned(),
            price_year: head.integer("price_year").unwrap_or_default(),
            factors: rows.iter().filter_map(factor).collect(),
        }
    }

    /// The money of a sound study, for rows that are read after its tables and give amounts in it.
    pub fn of_head(head: &Head) -> Self {
        Money { currency: head.currency.clone(), price_year: i64::from(head.price_year), factors: Vec::new() }
    }

    /// Study currency per unit of the row's money.
    pub fn factor(&self, row: &Row) -> Result<f64, Box<Problem>> {
        if row.table.position("currency").is_none() {
            return Ok(1.0);
        }
        let currency = row.some_text("currency").unwrap_or(&self.currency);
        let year = row.integer("price_year").unwrap_or(self.price_year);
        if currency == self.currency && year == self.price_year {
            return Ok(1.0);
        }
        let fits = |(name, of, _): &&(String, i64, f64)| name == currency && *of == year;
        if let Some(&(_, _, factor)) = self.factors.iter().find(fits) {
            return Ok(factor);
        }
        let known: Vec<String> = self.factors.iter().map(|(name, of, _)| format!("{name} {of}")).collect();
        let hint = match known.is_empty() {
            true => {
                format!("add a row to the table currency, or give amounts in {} {}", self.currency, self.price_year)
            }
            false => format!("add a row to the table currency; it has {}", known.join(", ")),
        };
        let message = format!("no factor leads from {currency} {year} to {} {}", self.currency, self.price_year);
        Err(Box::new(Problem::error(row.at("currency"), message).hint(hint)))
    }
}
