//! The earliest days that something was seen on, in little room.

/// Distinct days since the epoch, the earliest [`Days::MOST`] of them, whatever the order.
///
/// A log covers weeks, and things are seen on many days of them: a bit a day from the first one on
/// takes the place of a list for nearly all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day; of no meaning without bits.
    first: i32,
    /// The first day and the 63 after it, the first day in the lowest bit.
    bits: u64,
    /// Days after those; there is no list without one.
    later: Option<Box<Later>>,
}

/// Days in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Later(Vec<i32>);

impl Days {
    /// The most days kept.
    pub const MOST: usize = 64;

    /// Adds a day.
    pub fn add(&mut self, day: i32) {
        if self.bits == 0 {
            self.first = day;
        }
        let from_first = i64::from(day) - i64::from(self.first);
        match u32::try_from(from_first) {
            Ok(place @ 0..64) => self.bits |= 1 << place,
            Ok(_) => self.add_later(day),
            Err(_) => self.begin_at(day, from_first.unsigned_abs()),
        }
        while self.len() > Days::MOST
            && let Some(later) = &mut self.later
        {
            later.0.pop();
            if later.0.is_empty() {
                self.later = None;
            }
        }
    }

    fn add_later(&mut self, day: i32) {
        let later = &mut self.later.get_or_insert_default().0;
        if let Err(place) = later.binary_search(&day) {
            later.insert(place, day);
        }
    }

    /// A day before the first: what no longer has a bit goes into the list.
    fn begin_at(&mut self, day: i32, days_earlier: u64) {
        let days_earlier = u32::try_from(days_earlier).unwrap_or(u32::MAX);
        let (first, bits) = (self.first, self.bits);
        let left = bits.checked_shl(days_earlier).unwrap_or(0);
        for place in (0..64_i32).filter(|place| bits & (1 << place) != 0) {
            if i64::from(place) + i64::from(days_earlier) >= 64 {
                self.add_later(first.saturating_add(place));
            }
        }
        self.first = day;
        self.bits = left | 1;
    }

    /// How many days; a full list means at least so many.
    pub fn len(&self) -> usize {
        let later = self.later.as_ref().map_or(0, |later| later.0.len());
        self.bits.count_ones() as usize + later
    }

    /// Whether there is no day.
    pub fn is_empty(&self) -> bool {
        self.bits == 0
    }

    /// The days in order.
    pub fn iter(&self) -> impl Iterator<Item = i32> {
        let bits = (0..64_i32).filter(|place| self.bits & (1 << place) != 0);
        let early = bits.map(|place| self.first.saturating_add(place));
        early.chain(self.later.iter().flat_map(|later| later.0.iter().copied()))
    }

    /// How many of them are before a day.
    pub fn n_before(&self, day: i32) -> usize {
        self.iter().take_while(|seen| *seen < day).count()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn days_are_the_earliest_of_a_set(
            near in proptest::collection::vec(20_000..20_200_i32, 0..120),
            far in proptest::collection::vec(any::<i32>(), 0..4),
            asked in any::<i32>(),
        ) {
            let (mut days, mut set) = (Days::default(), BTreeSet::new());
            for day in near.into_iter().chain(far) {
                days.add(day);
                set.insert(day);
                let earliest: Vec<i32> = set.iter().copied().take(Days::MOST).collect();
                prop_assert_eq!(days.iter().collect::<Vec<_>>(), earliest.clone());
                prop_assert_eq!((days.len(), days.is_empty()), (earliest.len(), false));
            }
            let before = days.iter().filter(|day| *day < asked).count();
            prop_assert_eq!(days.n_before(asked), before);
            // However they came, the same days are equal.
            let mut other = Days::default();
            days.iter().collect::<Vec<_>>().into_iter().rev().for_each(|day| other.add(day));
            prop_assert_eq!(other, days);
        }
    }
}
