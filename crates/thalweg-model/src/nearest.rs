//! The nearest valid name to one that is not: for hints.

/// The nearest of `names` to `text`, `None` when all are too far to be meant.
pub fn nearest<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_few(text, names, 1).into_iter().next()
}

/// Up to `most` of `names` near to `text`, nearest first.
pub fn nearest_few<'a>(text: &str, names: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let wanted = text.to_lowercase();
    let allowed = 1 + wanted.chars().count() / 3;
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let candidate = name.to_lowercase();
            let distance = strsim::osa_distance(&wanted, &candidate);
            let contained = wanted.chars().count() >= 4 && candidate.contains(&wanted);
            (distance <= allowed || contained)
                .then_some((if contained { distance.min(allowed) } else { distance }, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup_by_key(|(_, name)| *name);
    found.into_iter().take(most).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_finds_none() {
        assert_eq!(nearest("Rotterdm", ["Rotterdam", "Antwerp"]), Some("Rotterdam"));
        assert_eq!(nearest("from_node", ["from_node_id", "to_node_id"]), Some("from_node_id"));
        assert_eq!(nearest("xyz", ["Rotterdam", "Antwerp"]), None);
    }
}
