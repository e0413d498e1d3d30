//! The closed facts of a tenant, and the questions judgement asks of them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::event::event::Identity;
use crate::tenant::application::{Application, Applications};
use crate::tenant::client::family_of;
use crate::tenant::identity::IdentityMap;
use crate::tenant::issuance::{Issued, LeftOut};
use crate::tenant::learner::Learner;
use crate::tenant::lists::Lists;
use crate::tenant::origin::{Origin, unrelated};
use crate::tenant::password::Passwords;
use crate::tenant::row_use;
use crate::tenant::span::{Span, key_of};
use crate::tenant::tokens::Tokens;
use crate::tenant::usage::{AccountUse, OriginUse, PairUse};
use crate::tenant::volume::Volume;
use crate::vocab::address::Network;
use crate::vocab::moment::{DAY, Moment};

/// How long a baseline is, as printed beside what it decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Whole days from the first event on record to the moment asked about; 0 with none.
    pub days: i64,
    /// Days with events among them.
    pub days_active: usize,
}

impl Baseline {
    /// Days a baseline must have to make hostile (design.md, "Verdicts").
    pub const DAYS_LEAST: i64 = 14;
    /// Days with events it must have beside: two visits in a year are no habit.
    pub const DAYS_ACTIVE_LEAST: usize = 3;

    /// Whether it may make a session hostile.
    pub fn suffices(self) -> bool {
        self.days >= Baseline::DAYS_LEAST && self.days_active >= Baseline::DAYS_ACTIVE_LEAST
    }
}

impl std::fmt::Display for Baseline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "baseline of {} days, {} of them with events",
            self.days, self.days_active
        )
    }
}

/// What is known of a tenant before judging. Closed: nothing is learned after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    lists: Lists,
    identities: IdentityMap,
    accounts: Vec<AccountUse>,
    origins: BTreeMap<Origin, OriginUse>,
    /// Operators of networks: what one kind of record states holds for the others too.
    operators: BTreeMap<Network, u32>,
    n_accounts_of: BTreeMap<Origin, usize>,
    /// Accounts that came to a network with nothing that they had used before.
    n_strangers_on: BTreeMap<Network, usize>,
    countries: BTreeMap<u64, Span>,
    pairs: BTreeMap<u64, PairUse>,
    /// Calling application of pairs -> first use.
    callers: BTreeMap<String, Moment>,
    stores: BTreeMap<u64, Span>,
    applications: Applications,
    passwords: Passwords,
    issued: Issued,
    tokens: Tokens,
    span: Span,
    /// What nine in ten sessions of each account that was returned rows do not exceed, sorted.
    rows_of_accounts: Vec<u64>,
    /// Networks of the hands that are accounts' own in databases, with these accounts.
    row_homes: BTreeMap<Network, BTreeSet<u32>>,
    /// How much per account and day with any, sorted: what peers do.
    per_day: [Vec<u64>; 3],
    /// Full agents by hash: first use, and accounts on record with it.
    agents: BTreeMap<u64, (Moment, usize)>,
    /// Client families by hash, and their first use.
    families: BTreeMap<u64, Moment>,
    /// Accounts that presented their credential in a way on three days or more.
    n_with_grant: BTreeMap<u64, usize>,
    /// Accounts with an event.
    n_accounts: usize,
    /// The two most of others' stores that accounts entered, each with its account.
    others_stores_most: Vec<(usize, u32)>,
    /// Mail domains of the accounts and of the lists, in lower case.
    own_domains: BTreeSet<String>,
}

/// The share of an account's sessions that are its habit, as peers are compared with.
const HABIT_HUNDREDTHS: usize = 90;

/// A network counts as habitual egress when at least this many accounts …
const EGRESS_ACCOUNTS_LEAST: usize = 3;
/// … used it on at least this many days.
const EGRESS_DAYS_LEAST: usize = 10;

impl Facts {
    pub(crate) fn close(mut learner: Learner, lists: Lists) -> Facts {
        for (operator, usage) in of_operators(&learner.operators, learner.origins.iter()) {
            learner.origins.entry(operator).or_default().merge(&usage);
        }
        let identities = learner.identities.close();
        let mut accounts = vec![AccountUse::default(); identities.accounts().len()];
        for (hash, usage) in learner.accounts {
            let number = identities.number_of_hash(hash).unwrap_or(0);
            if let Some(mine) = accounts.get_mut(number as usize) {
                mine.merge(*usage);
            }
        }
        for usage in &mut accounts {
            for (operator, span) in of_operators(&learner.operators, usage.origins.iter()) {
                usage.origins.or_default(operator).merge(&span);
            }
        }
        forget_own_stores(&identities, &mut accounts);
        let n_accounts_of = learner
            .origins
            .iter()
            .map(|(origin, usage)| (*origin, distinct(&identities, usage)))
            .collect();
        accounts.iter_mut().for_each(|usage| usage.rows.close());
        let n_strangers_on = n_strangers_on(&accounts);
        let with_rows = accounts.iter().filter(|usage| usage.rows.n_sessions() > 0);
        let mut rows_of_accounts: Vec<u64> = with_rows
            .map(|usage| usage.rows.rows_at(HABIT_HUNDREDTHS))
            .collect();
        rows_of_accounts.sort_unstable();
        let (mut applications, mut issued) = (learner.applications, learner.issued);
        applications.close();
        issued.close();
        let callers = callers_of(&learner.pairs);
        Facts {
            own_domains: own_domains(&identities, &lists),
            callers,
            lists,
            origins: learner.origins,
            operators: learner.operators,
            n_accounts_of,
            n_strangers_on,
            countries: learner.countries,
            pairs: learner.pairs,
            stores: learner.stores,
            applications,
            passwords: learner.passwords,
            issued,
            tokens: learner.tokens.close(&identities),
            identities,
            span: learner.span,
            rows_of_accounts,
            row_homes: row_homes(&accounts),
            per_day: Volume::ALL.map(|volume| per_day(&accounts, volume)),
            agents: agents_of(&accounts),
            families: families_of(&accounts, &learner.families),
            n_with_grant: n_with_grant(&accounts),
            n_accounts: accounts.iter().filter(|usage| usage.span.n > 0).count(),
            others_stores_most: others_stores_most(&accounts),
            accounts,
        }
    }

    /// The lists the facts were learned with.
    pub fn lists(&self) -> &Lists {
        &self.lists
    }

    /// First and last event of all, and the days with events.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Accounts by name, each with the identity keys (as delivered) whose streams it needs.
    ///
    /// A key may serve several accounts (one name, two object ids): [`crate::session`]'s fold
    /// passes over the events that are not its account's.
    pub fn accounts(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut accounts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (key, numbers) in self.identities.keys() {
            for number in numbers {
                accounts
                    .entry(self.identities.account(*number))
                    .or_default()
                    .push(key);
            }
        }
        accounts
    }

    /// The account that identifiers name; the empty account where they name nobody.
    pub fn account_of(&self, identity: &Identity<'_>) -> &str {
        self.identities
            .number(identity)
            .map_or("", |number| self.identities.account(number))
    }

    /// The account an identity key as delivered names, where it can be only one.
    pub fn account_of_key(&self, key: &str) -> Option<&str> {
        self.identities.account_of_key(key)
    }

    /// What an account did.
    pub fn usage(&self, account: &str) -> Option<&AccountUse> {
        let number = self.identities.number_of(account)?;
        self.accounts.get(number as usize)
    }

    /// How long the account's baseline is before a moment.
    pub fn baseline(&self, account: &str, before: Moment) -> Baseline {
        self.usage(account)
            .map(|usage| baseline_of(usage, before))
            .unwrap_or_default()
    }

    /// How long the tenant's baseline is before a moment.
    pub fn tenant_baseline(&self, before: Moment) -> Baseline {
        if self.span.n == 0 {
            return Baseline::default();
        }
        Baseline {
            days: days_between(self.span.first, before),
            days_active: self.span.days_before(before),
        }
    }

    /// How long the baseline of a store's content is before a moment.
    pub fn store_baseline(&self, store: &str, before: Moment) -> Baseline {
        let Some(span) = self.stores.get(&key_of(store)) else {
            return Baseline::default();
        };
        Baseline {
            days: days_between(span.first, before),
            days_active: span.days_before(before),
        }
    }

    /// First and last use of a network or operator by an account.
    pub fn origin_of(&self, account: &str, origin: Origin) -> Option<&Span> {
        self.usage(account)?.origins.get(&origin)
    }

    /// First and last use of a device or client family by an account.
    pub fn device_of(&self, account: &str, device: &str) -> Option<&Span> {
        self.usage(account)?.devices.get(&key_of(device))
    }

    /// First and last use of a full agent by an account.
    pub fn agent_of(&self, account: &str, agent: &str) -> Option<&Span> {
        self.usage(account)?.agents.get(&key_of(agent))
    }

    /// First and last use from a country by an account.
    pub fn country_of(&self, account: &str, country: &str) -> Option<&Span> {
        let country = key_of(&country.to_uppercase());
        self.usage(account)?.countries.get(&country)
    }

    /// First and last use from a country in the tenant.
    pub fn country(&self, country: &str) -> Option<&Span> {
        self.countries.get(&key_of(&country.to_uppercase()))
    }

    /// Use of a network or operator in the tenant.
    pub fn origin(&self, origin: Origin) -> Option<&OriginUse> {
        self.origins.get(&origin)
    }

    /// How many accounts are on record as having used a network or operator; at least, where many.
    pub fn n_accounts_of(&self, origin: Origin) -> usize {
        self.n_accounts_of.get(&origin).copied().unwrap_or(0)
    }

    /// How many accounts that have a baseline came to a network with no device that they had used
    /// more than a day before they came.
    pub fn n_strangers_on(&self, network: Network) -> usize {
        self.n_strangers_on.get(&network).copied().unwrap_or(0)
    }

    /// The accounts on record as having used a network or operator, at least these.
    pub fn accounts_of(&self, origin: Origin) -> BTreeSet<&str> {
        let Some(usage) = self.origins.get(&origin) else {
            return BTreeSet::new();
        };
        usage
            .accounts
            .keys()
            .iter()
            .filter_map(|hash| self.identities.number_of_hash(*hash))
            .map(|number| self.identities.account(number))
            .collect()
    }

    /// The operator of a network, as any record states it; 0 where none does.
    pub fn operator_of(&self, network: Network) -> u32 {
        self.operators.get(&network).copied().unwrap_or(0)
    }

    /// Whether a network is where this tenant usually comes from: many accounts, many days.
    ///
    /// A network that began when the tenant had a baseline is one only where half of all accounts
    /// use it: whoever works two weeks from one address must not vouch for himself.
    pub fn is_habitual_egress(&self, network: Network) -> bool {
        let origin = Origin::Network(network);
        let Some(usage) = self.origins.get(&origin) else {
            return false;
        };
        let n_accounts = self.n_accounts_of(origin);
        let habit =
            usage.span.days.len() >= EGRESS_DAYS_LEAST && n_accounts >= EGRESS_ACCOUNTS_LEAST;
        let began_later = self.tenant_baseline(usage.span.first).suffices();
        habit && (!began_later || n_accounts * 2 >= self.accounts_counted())
    }

    /// Whether an address belongs to the provider.
    pub fn is_relay(&self, host: IpAddr) -> bool {
        self.lists.is_relay(host)
    }

    /// Use of an application pair (`front|caller`).
    pub fn pair(&self, pair: &str) -> Option<&PairUse> {
        self.pairs.get(&key_of(pair))
    }

    /// First and last use of a pair in one store.
    pub fn pair_in_store(&self, pair: &str, store: &str) -> Option<&Span> {
        self.pair(pair)?.stores.get(&key_of(store))
    }

    /// Stores whose content is on record as reached at all.
    pub fn n_stores(&self) -> usize {
        self.stores.len()
    }

    /// What is on record of an application.
    pub fn application(&self, id: &str) -> Option<&Application> {
        self.applications.find(id)
    }

    /// Whether somebody here consented to the application, and it is not the provider's own.
    pub fn is_consented(&self, id: &str) -> bool {
        if id.is_empty() || self.is_own_application(id) {
            return false;
        }
        self.application(id)
            .is_some_and(|application| !application.consents.is_empty())
    }

    /// Whether the provider itself publishes the application.
    pub fn is_own_application(&self, id: &str) -> bool {
        self.lists
            .own_applications
            .iter()
            .any(|own| own.eq_ignore_ascii_case(id))
    }

    /// Whether a list of the provider's own applications is here and does not name this one.
    pub fn is_third_party(&self, id: &str) -> bool {
        !id.is_empty() && !self.lists.own_applications.is_empty() && !self.is_own_application(id)
    }

    /// The first use of an application on record: a sign-in through it that worked, or content
    /// reached by it as the caller of a pair.
    pub fn first_use_of(&self, id: &str) -> Option<Moment> {
        let application = self.application(id);
        let signed_in = application.and_then(|application| application.first_use);
        let read = self.callers.get(&id.to_lowercase()).copied();
        match (signed_in, read) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The account of the tenant that a name means: its full name, or the part before the `@`
    /// where only one account has it.
    pub fn own_account(&self, name: &str) -> Option<&str> {
        if let Some(account) = self.account_of_key(&name.trim().to_lowercase()) {
            return Some(account);
        }
        let alias = name.trim().to_lowercase();
        if alias.contains('@') {
            return None;
        }
        // Accounts stand in the order of their names.
        let (accounts, from) = (self.identities.accounts(), format!("{alias}@"));
        let first = accounts.partition_point(|account| *account < from);
        let mut known = accounts[first..]
            .iter()
            .take_while(|account| account.starts_with(&from));
        match (known.next(), known.next()) {
            (Some(account), None) => Some(account),
            _ => None,
        }
    }

    /// Mail domains of the tenant's accounts and of its lists, in lower case.
    pub fn own_domains(&self) -> &BTreeSet<String> {
        &self.own_domains
    }

    /// All applications on record, by id.
    pub fn applications(&self) -> &Applications {
        &self.applications
    }

    /// The account of a hash kept in the tables.
    pub fn account_of_hash(&self, hash: u64) -> Option<&str> {
        let number = self.identities.number_of_hash(hash)?;
        Some(self.identities.account(number))
    }

    /// Wrong and right passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Tokens of issuers' own logs, and of servers that saw their peer.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The number of an account, as the table of tokens counts them.
    pub fn number_of(&self, account: &str) -> Option<u32> {
        self.identities.number_of(account)
    }

    /// The account of a number.
    pub fn account_numbered(&self, number: u32) -> &str {
        self.identities.account(number)
    }

    /// Ids on record as issued.
    pub fn issued(&self) -> &Issued {
        &self.issued
    }

    /// Of the other tokens and sessions used on the days of a span and those beside it: how many
    /// are on record as issued, and how many there are.
    pub fn control(&self, first: Moment, last: Moment, but: &LeftOut) -> (u64, u64) {
        let day = |at: Moment| i32::try_from(at.day()).unwrap_or(i32::MAX);
        self.issued.control(day(first), day(last), but)
    }

    /// First use of a full agent in the tenant, and how many accounts used it.
    pub fn agent(&self, agent: &str) -> Option<(Moment, usize)> {
        self.agents.get(&key_of(agent)).copied()
    }

    /// Whether the family of an agent, versions apart, was used in the tenant before a moment.
    pub fn is_family_older(&self, agent: &str, before: Moment) -> bool {
        let family = self.families.get(&key_of(&family_of(agent)));
        family.is_some_and(|first| *first < before)
    }

    /// Accounts that did anything at all.
    pub fn accounts_counted(&self) -> usize {
        self.n_accounts
    }

    /// Accounts on record as presenting their credential in this way on three days or more.
    pub fn n_accounts_with_grant(&self, grant: u64) -> usize {
        self.n_with_grant.get(&grant).copied().unwrap_or(0)
    }

    /// How many of others' stores the account that entered most of them entered, but this one.
    pub fn others_stores_most_beside(&self, account: &str) -> usize {
        let own = self.identities.number_of(account);
        let most = self.others_stores_most.iter();
        most.filter(|(_, number)| Some(*number) != own)
            .map(|(n, _)| *n)
            .next()
            .unwrap_or(0)
    }

    /// How much a day only the given share of other accounts' days exceeds, in thousandths, and
    /// how many such days there are.
    pub fn peers_at(&self, account: &str, volume: Volume, thousandths: usize) -> (u64, usize) {
        let all = &self.per_day[volume as usize];
        let mut own: Vec<u64> = self
            .usage(account)
            .map(|usage| usage.volumes.of(volume).values().copied().collect())
            .unwrap_or_default();
        own.sort_unstable();
        let n_days = all.len() - own.len().min(all.len());
        let wanted = n_days * thousandths.min(999) / 1000;
        let n_upto =
            |size: u64| all.partition_point(|n| *n <= size) - own.partition_point(|n| *n <= size);
        let (mut low, mut high) = (0, all.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if n_upto(all[middle]) > wanted {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        (all.get(low).copied().unwrap_or(0), n_days)
    }

    /// The habits of the other accounts that were returned rows: how many accounts, the middle
    /// one's, and the largest.
    pub fn peers_rows(&self, account: &str) -> (usize, u64, u64) {
        let own = self
            .usage(account)
            .filter(|usage| usage.rows.n_sessions() > 0)
            .map(|usage| usage.rows.rows_at(HABIT_HUNDREDTHS));
        let n = self.rows_of_accounts.len() - usize::from(own.is_some());
        let at = |hundredths| row_use::at(&self.rows_of_accounts, own, hundredths);
        (n, at(50), at(100))
    }

    /// Whether a network cannot be told from one that other accounts read a database from by
    /// habit.
    pub fn is_home_of_peers(&self, account: &str, network: Network) -> bool {
        let own = self.number_of(account);
        self.row_homes.iter().any(|(home, accounts)| {
            !unrelated((*home, 0), (network, 0)) && accounts.iter().any(|other| Some(*other) != own)
        })
    }
}

/// Use of networks by the numbers of their operators, also where the record of it names none: most
/// kinds of record state an address only.
fn of_operators<'u, U: Clone + 'u>(
    operators: &BTreeMap<Network, u32>,
    origins: impl Iterator<Item = (&'u Origin, &'u U)>,
) -> Vec<(Origin, U)> {
    let of = |origin: &Origin| match origin {
        Origin::Network(network) => operators.get(network).copied().map(Origin::Number),
        Origin::Number(_) => None,
    };
    origins
        .filter_map(|(origin, usage)| Some((of(origin)?, usage.clone())))
        .collect()
}

/// Networks of the hands that are accounts' own in databases.
fn row_homes(accounts: &[AccountUse]) -> BTreeMap<Network, BTreeSet<u32>> {
    let mut homes: BTreeMap<Network, BTreeSet<u32>> = BTreeMap::new();
    for (number, usage) in (0_u32..).zip(accounts) {
        if let Some(network) = usage.rows.own_hand().and_then(|own| own.network) {
            homes.entry(network).or_default().insert(number);
        }
    }
    homes
}

/// Accounts that came to a network with nothing that they had used more than a day before.
fn n_strangers_on(accounts: &[AccountUse]) -> BTreeMap<Network, usize> {
    let mut counts: BTreeMap<Network, usize> = BTreeMap::new();
    for usage in accounts {
        let mut strange: BTreeMap<Network, bool> = BTreeMap::new();
        for (network, device) in usage.hands.keys() {
            let came = usage.origins.get(&Origin::Network(*network));
            let Some(came) = came.filter(|came| baseline_of(usage, came.first).suffices()) else {
                continue;
            };
            let device = usage.devices.get(device);
            let is_new = device.is_some_and(|device| device.first >= before(came.first));
            let all = strange.entry(*network).or_insert(true);
            *all = *all && is_new;
        }
        for (network, _) in strange.into_iter().filter(|(_, all)| *all) {
            *counts.entry(network).or_default() += 1;
        }
    }
    counts
}

fn baseline_of(usage: &AccountUse, before: Moment) -> Baseline {
    let day = i32::try_from(before.day()).unwrap_or(i32::MAX);
    Baseline {
        days: match usage.span.n {
            0 => 0,
            _ => days_between(usage.span.first, before),
        },
        days_active: usage.days.range(..day).count(),
    }
}

/// A day before a moment.
fn before(at: Moment) -> Moment {
    Moment::from_micros(at.micros - DAY)
}

/// How much per account and day with any, sorted.
fn per_day(accounts: &[AccountUse], volume: Volume) -> Vec<u64> {
    let days = accounts
        .iter()
        .flat_map(|usage| usage.volumes.of(volume).values());
    let mut days: Vec<u64> = days.copied().collect();
    days.sort_unstable();
    days
}

/// Days on which an account must have presented its credential so, to be counted.
const GRANT_DAYS_LEAST: usize = 3;

fn n_with_grant(accounts: &[AccountUse]) -> BTreeMap<u64, usize> {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for (grant, span) in accounts.iter().flat_map(|usage| usage.grants.iter()) {
        *counts.entry(*grant).or_default() += usize::from(span.days.len() >= GRANT_DAYS_LEAST);
    }
    counts
}

/// First use of each full agent, and the accounts on record with it.
fn agents_of(accounts: &[AccountUse]) -> BTreeMap<u64, (Moment, usize)> {
    let mut agents: BTreeMap<u64, (Moment, usize)> = BTreeMap::new();
    for (agent, span) in accounts.iter().flat_map(|usage| usage.agents.iter()) {
        let seen = agents.entry(*agent).or_insert((span.first, 0));
        *seen = (seen.0.min(span.first), seen.1 + 1);
    }
    agents
}

/// First use of each client family.
fn families_of(accounts: &[AccountUse], families: &BTreeMap<u64, u64>) -> BTreeMap<u64, Moment> {
    let mut firsts: BTreeMap<u64, Moment> = BTreeMap::new();
    for (agent, span) in accounts.iter().flat_map(|usage| usage.agents.iter()) {
        let Some(family) = families.get(agent) else {
            continue;
        };
        let first = firsts.entry(*family).or_insert(span.first);
        *first = (*first).min(span.first);
    }
    firsts
}

/// A store under any name of its owner is the owner's own.
fn forget_own_stores(identities: &IdentityMap, accounts: &mut [AccountUse]) {
    for (key, numbers) in identities.keys() {
        for number in numbers {
            if let Some(usage) = accounts.get_mut(*number as usize) {
                usage.others_stores.remove(&key_of(key));
            }
        }
    }
}

/// The two accounts that entered most of others' stores.
fn others_stores_most(accounts: &[AccountUse]) -> Vec<(usize, u32)> {
    let counts = accounts.iter().zip(0_u32..);
    let mut counts: Vec<(usize, u32)> = counts
        .map(|(usage, number)| (usage.others_stores.len(), number))
        .filter(|(n, _)| *n > 0)
        .collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    counts.truncate(2);
    counts
}

/// First use of each application that called in a pair.
fn callers_of(pairs: &BTreeMap<u64, PairUse>) -> BTreeMap<String, Moment> {
    let mut callers: BTreeMap<String, Moment> = BTreeMap::new();
    for usage in pairs.values() {
        let Some((_, caller)) = usage.name.split_once('|').filter(|(_, c)| !c.is_empty()) else {
            continue;
        };
        let first = callers.entry(caller.to_owned()).or_insert(usage.span.first);
        *first = (*first).min(usage.span.first);
    }
    callers
}

fn own_domains(identities: &IdentityMap, lists: &Lists) -> BTreeSet<String> {
    let accounts = identities.accounts().iter();
    let named = accounts.filter_map(|account| account.split_once('@'));
    let listed = lists.own_domains.iter().map(|domain| domain.to_lowercase());
    let named = named.map(|(_, domain)| domain.to_owned());
    named.chain(listed).collect()
}

fn days_between(first: Moment, before: Moment) -> i64 {
    ((before.micros - first.micros) / DAY).max(0)
}

fn distinct(identities: &IdentityMap, usage: &OriginUse) -> usize {
    let numbers: BTreeSet<u32> = usage
        .accounts
        .keys()
        .iter()
        .filter_map(|hash| identities.number_of_hash(*hash))
        .collect();
    numbers.len()
}
