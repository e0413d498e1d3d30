//! A map that takes little room for few keys, as most accounts have.
//!
//! An organisation has thousands of accounts with two devices and five networks each. A tree keeps
//! room for eleven entries at the least; a sorted list keeps what there is. Many keys, as a hostile
//! log can name, go into a tree, so that nothing here costs more than a tree does.

use std::collections::BTreeMap;

/// The most entries that are kept as a list.
const LISTED_MOST: usize = 24;

/// Values by key, in order of their keys.
#[derive(Clone, Debug)]
pub struct Sparse<K, V>(Entries<K, V>);

#[derive(Clone, Debug)]
enum Entries<K, V> {
    /// Sorted by key.
    Listed(Vec<(K, V)>),
    Mapped(BTreeMap<K, V>),
}

impl<K, V> Default for Sparse<K, V> {
    fn default() -> Sparse<K, V> {
        Sparse(Entries::Listed(Vec::new()))
    }
}

/// Equal where the entries are, however they are kept.
impl<K: Ord, V: PartialEq> PartialEq for Sparse<K, V> {
    fn eq(&self, other: &Sparse<K, V>) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Ord, V: Eq> Eq for Sparse<K, V> {}

impl<K: Ord, V> Sparse<K, V> {
    /// The value of a key, made where there is none.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        if let Entries::Listed(list) = &mut self.0
            && list.len() == LISTED_MOST
        {
            self.0 = Entries::Mapped(std::mem::take(list).into_iter().collect());
        }
        match &mut self.0 {
            Entries::Mapped(map) => map.entry(key).or_default(),
            Entries::Listed(list) => {
                let place = match list.binary_search_by(|(known, _)| known.cmp(&key)) {
                    Ok(place) => place,
                    Err(place) => {
                        if list.len() == list.capacity() {
                            list.reserve_exact(list.len() / 2 + 1);
                        }
                        list.insert(place, (key, V::default()));
                        place
                    }
                };
                &mut list[place].1
            }
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        match &self.0 {
            Entries::Mapped(map) => map.get(key),
            Entries::Listed(list) => {
                let place = list.binary_search_by(|(known, _)| known.cmp(key)).ok()?;
                list.get(place).map(|(_, value)| value)
            }
        }
    }

    /// Forgets a key.
    pub fn remove(&mut self, key: &K) {
        match &mut self.0 {
            Entries::Mapped(map) => {
                map.remove(key);
            }
            Entries::Listed(list) => list.retain(|(known, _)| known != key),
        }
    }

    /// Forgets the greatest key.
    pub fn pop_last(&mut self) {
        match &mut self.0 {
            Entries::Mapped(map) => {
                map.pop_last();
            }
            Entries::Listed(list) => {
                list.pop();
            }
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Entries::Mapped(map) => map.len(),
            Entries::Listed(list) => list.len(),
        }
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keys and values, in order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let (list, map) = match &self.0 {
            Entries::Listed(list) => (list.as_slice(), None),
            Entries::Mapped(map) => (&[][..], Some(map)),
        };
        let listed = list.iter().map(|(key, value)| (key, value));
        listed.chain(map.into_iter().flatten())
    }

    /// Keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// Values in order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Takes in another's; values of one key are joined.
    pub fn merge(&mut self, other: Sparse<K, V>, join: impl Fn(&mut V, V))
    where
        V: Default,
    {
        if self.is_empty() {
            *self = other;
            return;
        }
        let (list, map) = match other.0 {
            Entries::Listed(list) => (list, BTreeMap::new()),
            Entries::Mapped(map) => (Vec::new(), map),
        };
        for (key, value) in list.into_iter().chain(map) {
            join(self.or_default(key), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_map_below_and_above_its_bound() {
        for n in [0, 1, 5, 24, 25, 100] {
            let (mut sparse, mut map): (Sparse<u64, u64>, BTreeMap<u64, u64>) = Default::default();
            // Seven is prime to all of them: every key once, in no order.
            for key in (0..n).map(|at| at * 7 % n.max(1)) {
                *sparse.or_default(key) += key + 1;
                *map.entry(key).or_default() += key + 1;
            }
            assert!(sparse.iter().eq(map.iter()), "{n}");
            assert!((0..n + 1).all(|key| sparse.get(&key) == map.get(&key)));
            assert_eq!((sparse.len(), sparse.is_empty()), (map.len(), n == 0));
            sparse.remove(&3);
            map.remove(&3);
            assert!(sparse.keys().eq(map.keys()) && sparse.values().eq(map.values()));
            sparse.pop_last();
            map.pop_last();
            assert!(sparse.iter().eq(map.iter()));
        }
    }

    #[test]
    fn two_halves_merge_to_the_whole() {
        let of = |keys: std::ops::Range<u64>| {
            let mut sparse: Sparse<u64, u64> = Sparse::default();
            keys.for_each(|key| *sparse.or_default(key) += 1);
            sparse
        };
        let mut whole = of(0..20);
        whole.merge(of(20..40), |mine, theirs| *mine += theirs);
        let mut other = of(20..40);
        other.merge(of(0..20), |mine, theirs| *mine += theirs);
        assert_eq!((&whole, &other), (&of(0..40), &of(0..40)));
        // A tree that shrank is kept as a tree, and is the same map all the same.
        (10..40).for_each(|key| whole.remove(&key));
        assert_eq!(whole, of(0..10));
    }
}
