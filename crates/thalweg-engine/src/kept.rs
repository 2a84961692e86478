//! Parts of an answer that an earlier run found: asked for before a part is worked out, told of each part that is.
use crate::watch::Watch;

/// Parts found so far, such as a file that a next run reads.
pub trait Kept<K: ?Sized, V>: Sync {
    /// The part found earlier.
    fn find(&self, key: &K) -> Option<V>;

    /// Takes a part.
    fn keep(&self, key: &K, part: &V);
}

/// Keeps nothing and knows nothing.
pub struct Nothing;

impl<K: ?Sized, V> Kept<K, V> for Nothing {
    fn find(&self, _: &K) -> Option<V> {
        None
    }

    fn keep(&self, _: &K, _: &V) {}
}

/// A part as it was found earlier, or worked out now and kept; what was still open when a stop came is not kept.
pub fn kept_or<K: ?Sized, V, E>(
    kept: &dyn Kept<K, V>,
    key: &K,
    watch: &dyn Watch,
    find: impl FnOnce() -> Result<V, E>,
) -> Result<V, E> {
    if let Some(known) = kept.find(key) {
        return Ok(known);
    }
    let found = find()?;
    if !watch.cancelled() {
        kept.keep(key, &found);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::Silent;
    use std::collections::BTreeMap;
    use std::convert::Infallible;
    use std::sync::Mutex;

    struct Stopped;
    impl Watch for Stopped {
        fn cancelled(&self) -> bool {
            true
        }
    }

    struct Memory(Mutex<BTreeMap<u32, u32>>);
    impl Kept<u32, u32> for Memory {
        fn find(&self, key: &u32) -> Option<u32> {
            self.0.lock().unwrap().get(key).copied()
        }
        fn keep(&self, key: &u32, part: &u32) {
            self.0.lock().unwrap().insert(*key, *part);
        }
    }

    #[test]
    fn a_part_is_worked_out_once_and_what_a_stop_left_open_is_not_kept() {
        let memory = Memory(Mutex::default());
        let ask = |watch: &dyn Watch, now: u32| kept_or(&memory, &7, watch, || Ok::<_, Infallible>(now)).unwrap();
        assert_eq!((ask(&Stopped, 1), ask(&Silent, 2), ask(&Silent, 3), ask(&Stopped, 4)), (1, 2, 2, 2));
    }
}
