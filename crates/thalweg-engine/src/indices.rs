//! Indices of concentration and supply security as plain functions of shares and capacities; descriptions, not measures of harm.

/// Sum of squared percentage shares, 0 to 10,000 (Herfindahl 1950; Hirschman 1964).
pub fn herfindahl_hirschman(amounts: &[f64]) -> f64 {
    shares(amounts).map(|share| (100.0 * share).powi(2)).sum()
}

/// Hirschman's own index of 1945: the root of the sum of squared percentage shares, 0 to 100.
pub fn hirschman(amounts: &[f64]) -> f64 {
    herfindahl_hirschman(amounts).sqrt()
}

/// Shannon's diversity of shares, nats (1948).
pub fn shannon(amounts: &[f64]) -> f64 {
    shares(amounts).map(|share| -share * share.ln()).sum()
}

/// How many equal sources would be as diverse: the exponential of Shannon's diversity (Hill 1973).
pub fn effective_number(amounts: &[f64]) -> f64 {
    if amounts.iter().any(|amount| *amount > 0.0) { shannon(amounts).exp() } else { 0.0 }
}

fn shares(amounts: &[f64]) -> impl Iterator<Item = f64> + '_ {
    let total: f64 = amounts.iter().sum();
    amounts.iter().filter(move |amount| **amount > 0.0 && total > 0.0).map(move |amount| amount / total)
}

/// One source of supply for the import-aware diversity: its share, the part of it imported, the importers' shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Share of all supply, 0 to 1.
    pub share: f64,
    /// Part of it that is imported, 0 to 1.
    pub imported: f64,
    /// Volumes by region of origin.
    pub origins: Vec<f64>,
}

/// Shannon-Wiener-Neumann diversity of sources, discounted where imports come from few of `regions` (Jansen, van Arkel
/// and Boots 2004): the sum of -c p ln p with c = 1 - m (1 - S / S_max).
pub fn shannon_wiener_neumann(sources: &[Source], regions: usize) -> f64 {
    let most = (regions as f64).ln();
    let of = |source: &Source| {
        let diversity = if most > 0.0 { shannon(&source.origins) / most } else { 0.0 };
        let trusted = 1.0 - source.imported * (1.0 - diversity);
        if source.share > 0.0 { -trusted * source.share * source.share.ln() } else { 0.0 }
    };
    sources.iter().map(of).sum()
}

/// Residual supply: what the others can deliver to what is wanted. Below 1 the supplier is pivotal (Sheffrin 2002).
pub fn residual_supply(capacities: &[f64], supplier: usize, demand: f64) -> f64 {
    (capacities.iter().sum::<f64>() - capacities[supplier]) / demand
}

/// What is left to what is wanted when a supplier and the two largest others withhold together.
pub fn three_pivotal(capacities: &[f64], supplier: usize, demand: f64) -> f64 {
    let mut others: Vec<f64> =
        capacities.iter().enumerate().filter(|(other, _)| *other != supplier).map(|(_, row)| *row).collect();
    others.sort_by(|one, other| other.total_cmp(one));
    let withheld: f64 = capacities[supplier] + others.iter().take(2).sum::<f64>();
    (capacities.iter().sum::<f64>() - withheld) / demand
}

/// Capacities of the N - 1 formula, all in one unit a day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DailyCapacities {
    /// Entry points at the border.
    pub entry: f64,
    /// Own production.
    pub production: f64,
    /// Withdrawal from storage.
    pub storage: f64,
    /// Terminals of liquefied gas.
    pub liquefied: f64,
    /// The largest single infrastructure.
    pub largest: f64,
    /// Highest daily demand in twenty years.
    pub demand: f64,
    /// Part of that demand that can be covered by measures on the demand side.
    pub demand_side: f64,
}

/// The N - 1 formula, % (Regulation (EU) 2017/1938, Annex II): at least 100 where the rest covers the highest day.
pub fn n_minus_1(rows: &DailyCapacities) -> f64 {
    let left = rows.entry + rows.production + rows.storage + rows.liquefied - rows.largest;
    100.0 * left / (rows.demand - rows.demand_side)
}

/// Import route diversification: the sum of squared percentage shares of entry capacity, by border and by terminal (ENTSOG).
pub fn import_route_diversification(entries: &[f64]) -> f64 {
    herfindahl_hirschman(entries)
}

/// Days a stock covers what goes undelivered a year; infinite where nothing does.
pub fn days_of_cover(stock: f64, undelivered_per_year: f64) -> f64 {
    if undelivered_per_year > 0.0 { stock / (undelivered_per_year / 365.0) } else { f64::INFINITY }
}

/// Days until a stop of `days` hurts: what is lost a day, less what other ways bring, eats the stock; `None` where the stop
/// ends first.
pub fn time_to_harm(stock: f64, (lost_per_year, rerouted_per_year): (f64, f64), days: f64) -> Option<f64> {
    let cover = days_of_cover(stock, lost_per_year - rerouted_per_year);
    (cover < days).then_some(cover)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} against {expected}");
    }

    #[test]
    fn concentration_of_four_suppliers_is_that_of_the_department_of_justice() {
        let rows = [30.0, 30.0, 20.0, 20.0];
        close(herfindahl_hirschman(&rows), 2_600.0);
        close(hirschman(&rows), 50.990_195_135_927_85);
        close(shannon(&rows), 1.366_158_847_569_202);
        close(effective_number(&rows), 3.920_263_408_415_579_4);
        close(herfindahl_hirschman(&[100.0]), 10_000.0);
        close(herfindahl_hirschman(&[40.0, 15.0, 15.0, 10.0, 10.0, 10.0]), 2_350.0);
        close(effective_number(&[1.0; 4]), 4.0);
        assert_eq!((herfindahl_hirschman(&[]), effective_number(&[0.0])), (0.0, 0.0));
    }

    #[test]
    fn diversity_of_imports_counts_less_where_they_come_from_few() {
        let source = |share, imported, origins: &[f64]| Source { share, imported, origins: origins.to_vec() };
        let sources = [source(0.4, 0.9, &[0.7, 0.2, 0.1]), source(0.35, 0.2, &[0.5, 0.5]), source(0.25, 0.0, &[])];
        close(shannon_wiener_neumann(&sources, 3), 0.964_291_531_223_058);
        let own: Vec<Source> = sources.iter().map(|row| Source { imported: 0.0, ..row.clone() }).collect();
        close(shannon_wiener_neumann(&own, 3), 1.080_527_626_604_172);
    }

    #[test]
    fn a_supplier_is_pivotal_where_the_others_do_not_cover_demand() {
        let capacities = [50.0, 40.0, 30.0, 20.0];
        for (supplier, (residual, three)) in [(0.9, 0.2), (1.0, 0.2), (1.1, 0.2), (1.2, 0.3)].into_iter().enumerate() {
            close(residual_supply(&capacities, supplier, 100.0), residual);
            close(three_pivotal(&capacities, supplier, 100.0), three);
        }
    }

    #[test]
    fn the_formula_of_the_regulation_and_route_diversity_give_the_worked_values() {
        let mut rows = DailyCapacities {
            entry: 100.0,
            production: 20.0,
            storage: 60.0,
            liquefied: 40.0,
            largest: 70.0,
            demand: 120.0,
            demand_side: 0.0,
        };
        close(n_minus_1(&rows), 125.0);
        rows.demand_side = 15.0;
        close(n_minus_1(&rows), 142.857_142_857_142_86);
        close(import_route_diversification(&[60.0, 25.0, 15.0]), 4_450.0);
    }

    #[test]
    fn a_stock_lasts_as_long_as_what_no_other_way_brings() {
        close(days_of_cover(30.0, 365.0), 30.0);
        assert_eq!(days_of_cover(30.0, 0.0), f64::INFINITY);
        assert_eq!(time_to_harm(30.0, (730.0, 365.0), 60.0), Some(30.0));
        assert_eq!(time_to_harm(30.0, (730.0, 365.0), 20.0), None);
    }
}
