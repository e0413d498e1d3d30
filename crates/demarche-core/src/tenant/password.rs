//! Wrong passwords and right ones, by the fingerprint they came with.

use std::collections::BTreeMap;

use crate::event::event::Event;
use crate::event::kind::{Kind, Outcome};
use crate::tenant::span::{Few, key_of, key_of_all};
use crate::tenant::sparse::Sparse;
use crate::vocab::moment::{MINUTE, Moment};
use crate::vocab::place::Place;

/// What row 2 calls a fingerprint: address, client and grant, as one hash.
///
/// `None` where the record has no address or no client: half a fingerprint ties nothing.
pub fn fingerprint(event: &Event<'_>) -> Option<u64> {
    let agent = event.client.agent.trim();
    if event.address.is_empty() || agent.is_empty() {
        return None;
    }
    let host = crate::vocab::address::Address::parse(&event.address)?.host;
    let grant = event.client.grant.trim().to_lowercase();
    Some(key_of_all(&[&host.to_string(), agent, &grant]))
}

/// Wrong passwords of one fingerprint in one minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Minute {
    n: u64,
    accounts: Few,
    /// The earliest records, for citing.
    places: Vec<(Moment, Place)>,
}

/// What one fingerprint got right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Right {
    first: Option<Moment>,
    n: u64,
    /// Per account, its first right password.
    accounts: Sparse<u64, Option<Moment>>,
}

/// Wrong passwords that qualify for row 2, as seen from a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spray {
    /// Wrong passwords in the hour that qualifies.
    pub n_wrong: u64,
    /// Accounts tried in that hour; at least, where many.
    pub n_accounts: usize,
    /// First wrong password of the hour, to the minute.
    pub first: Moment,
    /// Last wrong password of the hour, to the minute.
    pub last: Moment,
    /// Accounts tried in that hour that then got in with the same fingerprint within the day.
    pub n_accounts_right: usize,
    /// First right password of the fingerprint on record.
    pub first_right: Option<Moment>,
    /// Records of wrong passwords, earliest first, at most [`Passwords::PLACES_MOST`] a minute.
    pub places: Vec<Place>,
}

/// The table of wrong and right passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passwords {
    wrong: BTreeMap<(u64, i64), Minute>,
    right: BTreeMap<u64, Right>,
}

impl Passwords {
    /// Records kept for citing, per fingerprint and minute.
    pub const PLACES_MOST: usize = 8;
    /// Wrong passwords row 2 needs.
    pub const WRONG_LEAST: u64 = 10;
    /// Accounts row 2 needs.
    pub const ACCOUNTS_LEAST: usize = 3;
    /// Minutes within which they must lie.
    pub const MINUTES_MOST: i64 = 60;
    /// Hours after the last wrong password in which a right one is its success.
    pub const SUCCESS_HOURS_MOST: i64 = 24;

    /// Learns one event; anything but a presented password is passed over.
    pub fn learn(&mut self, event: &Event<'_>) {
        if event.kind != Kind::SignIn {
            return;
        }
        let Some(print) = fingerprint(event) else {
            return;
        };
        let account = key_of(&event.actor.key());
        match event.outcome {
            Outcome::WrongPassword => {
                let minute = event.at.micros.div_euclid(MINUTE);
                let cell = self.wrong.entry((print, minute)).or_default();
                cell.n += 1;
                cell.accounts.add(account);
                keep_earliest(&mut cell.places, (event.at, event.place));
            }
            Outcome::Succeeded => {
                let right = self.right.entry(print).or_default();
                right.n += 1;
                right.first = Some(right.first.map_or(event.at, |first| first.min(event.at)));
                keep_first(&mut right.accounts, account, Some(event.at));
            }
            _ => {}
        }
    }

    /// Takes in another's.
    pub fn merge(&mut self, other: Passwords) {
        for (key, cell) in other.wrong {
            let mine = self.wrong.entry(key).or_default();
            mine.n += cell.n;
            mine.accounts.merge(&cell.accounts);
            for place in cell.places {
                keep_earliest(&mut mine.places, place);
            }
        }
        for (key, right) in other.right {
            let mine = self.right.entry(key).or_default();
            mine.n += right.n;
            mine.first = match (mine.first, right.first) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            for (account, at) in right.accounts.iter() {
                keep_first(&mut mine.accounts, *account, *at);
            }
        }
    }

    /// The hour of wrong passwords that qualifies for row 2 before a success with a fingerprint;
    /// of several, the one with the most wrong passwords, then the earliest.
    pub fn spray_before(&self, print: u64, success: Moment) -> Option<Spray> {
        let last = success.micros.div_euclid(MINUTE);
        let first = last - Passwords::SUCCESS_HOURS_MOST * 60 - Passwords::MINUTES_MOST;
        self.best_hour(print, first, last)
    }

    /// The hour of wrong passwords that qualifies for row 2 around an attempt, success or none.
    pub fn attempt_around(&self, print: u64, at: Moment) -> Option<Spray> {
        let minute = at.micros.div_euclid(MINUTE);
        let most = Passwords::MINUTES_MOST - 1;
        self.best_hour(print, minute - most, minute + most)
    }

    fn best_hour(&self, print: u64, first: i64, last: i64) -> Option<Spray> {
        let cells: Vec<(i64, &Minute)> = self
            .wrong
            .range((print, first)..=(print, last))
            .map(|((_, minute), cell)| (*minute, cell))
            .collect();
        let mut best: Option<(u64, usize, usize)> = None;
        let mut from = 0;
        let mut n = 0;
        for to in 0..cells.len() {
            n += cells[to].1.n;
            while cells[to].0 - cells[from].0 >= Passwords::MINUTES_MOST {
                n -= cells[from].1.n;
                from += 1;
            }
            if n >= Passwords::WRONG_LEAST
                && best.is_none_or(|(most, _, _)| n > most)
                && accounts_of(&cells[from..=to]).keys().len() >= Passwords::ACCOUNTS_LEAST
            {
                best = Some((n, from, to));
            }
        }
        let (n_wrong, from, to) = best?;
        Some(self.spray(print, n_wrong, &cells[from..=to]))
    }

    fn spray(&self, print: u64, n_wrong: u64, cells: &[(i64, &Minute)]) -> Spray {
        let tried = accounts_of(cells);
        let minute = |cell: Option<&(i64, &Minute)>| {
            Moment::from_micros(cell.map_or(0, |(minute, _)| *minute * MINUTE))
        };
        let (first, last) = (minute(cells.first()), minute(cells.last()));
        let right = self.right.get(&print);
        let until = last.micros + Passwords::SUCCESS_HOURS_MOST * 60 * MINUTE;
        let n_accounts_right = right.map_or(0, |right| {
            tried
                .keys()
                .iter()
                .filter_map(|account| *right.accounts.get(account)?)
                .filter(|at| at.micros >= first.micros && at.micros <= until)
                .count()
        });
        let mut places: Vec<(Moment, Place)> = cells
            .iter()
            .flat_map(|(_, cell)| cell.places.iter().copied())
            .collect();
        places.sort_unstable();
        Spray {
            n_wrong,
            n_accounts: tried.keys().len(),
            first,
            last,
            n_accounts_right,
            first_right: right.and_then(|right| right.first),
            places: places.into_iter().map(|(_, place)| place).collect(),
        }
    }
}

/// Keeps an account's first right password, of the accounts whose hashes are least.
fn keep_first(accounts: &mut Sparse<u64, Option<Moment>>, account: u64, at: Option<Moment>) {
    let seen = accounts.or_default(account);
    *seen = [*seen, at].into_iter().flatten().min();
    while accounts.len() > Few::MOST {
        accounts.pop_last();
    }
}

fn accounts_of(cells: &[(i64, &Minute)]) -> Few {
    let mut accounts = Few::default();
    for (_, cell) in cells {
        accounts.merge(&cell.accounts);
    }
    accounts
}

fn keep_earliest(places: &mut Vec<(Moment, Place)>, place: (Moment, Place)) {
    if let Err(at) = places.binary_search(&place)
        && at < Passwords::PLACES_MOST
    {
        places.insert(at, place);
        places.truncate(Passwords::PLACES_MOST);
    }
}
