//! What was made for a key, kept for the keys used last.
use std::sync::{Mutex, PoisonError};

/// Values by key, the last used first; those used longest ago are let go.
pub struct Recent<K, V> {
    kept: Mutex<Vec<(K, V)>>,
    kept_max: usize,
}

impl<K: PartialEq, V: Clone + Default> Recent<K, V> {
    /// None yet.
    pub fn new(kept_max: usize) -> Self {
        Self { kept: Mutex::default(), kept_max }
    }

    /// The value of a key, one that is empty where the key is new.
    pub fn of(&self, key: K) -> V {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().position(|(known, _)| *known == key).map(|at| kept.remove(at));
        let entry = found.unwrap_or_else(|| (key, V::default()));
        let value = entry.1.clone();
        kept.insert(0, entry);
        kept.truncate(self.kept_max);
        value
    }

    /// Lets the value of a key go.
    pub fn forget(&self, key: &K) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).retain(|(known, _)| known != key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn the_key_used_longest_ago_goes_first_and_a_forgotten_one_is_new() {
        let recent: Recent<u8, Arc<u8>> = Recent::new(2);
        let first = recent.of(1);
        recent.of(2);
        assert!(Arc::ptr_eq(&first, &recent.of(1)));
        let second = recent.of(2);
        recent.of(3);
        assert!(!Arc::ptr_eq(&first, &recent.of(1)), "1 was used longest ago when 3 came");
        recent.of(2);
        recent.forget(&2);
        assert!(!Arc::ptr_eq(&second, &recent.of(2)));
    }
}
