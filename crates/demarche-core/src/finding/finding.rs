//! One finding: a pattern, its tests, its records, what it amounts to.

use std::collections::BTreeSet;

use crate::vocab::digest::content_id;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// Whether a finding holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Records bear it and every innocent explanation that can be tested was.
    Supported,
    /// A condition for saying so is not met.
    CannotBeSaid,
    /// A record contradicts it.
    Refuted,
}

impl Standing {
    /// The word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Supported => "supported",
            Standing::CannotBeSaid => "cannot_be_said",
            Standing::Refuted => "refuted",
        }
    }
}

/// How a test came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestResult {
    /// The innocent explanation does not hold.
    Excluded,
    /// It may hold.
    Possible,
    /// It holds.
    Holds,
    /// Nothing here can tell.
    NotTested,
}

impl TestResult {
    /// The word printed for it.
    pub fn word(self) -> &'static str {
        match self {
            TestResult::Excluded => "excluded",
            TestResult::Possible => "possible",
            TestResult::Holds => "holds",
            TestResult::NotTested => "not_tested",
        }
    }
}

/// One test of a finding: a condition or an innocent explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// Its name, as in `travel` or `enough history`.
    pub name: &'static str,
    /// How it came out.
    pub result: TestResult,
    /// Why, with the numbers that decided.
    pub why: String,
}

/// The row of the verdict table a finding belongs to, 1 to 15 (design.md, "Verdicts").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u8);

/// What else a finding's tests bear out: what the verdict table combines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// Row 3: the networks were used in turns, not one after the other.
    Interleaved,
    /// Rows 3, 4, 9 and 10: the network is new to the tenant.
    NetworkNewToTenant,
    /// Row 3: the account's baseline suffices to say that a network is not its own.
    Baseline,
    /// Row 3: the session id was begun in a hostile session.
    BegunHostile,
    /// Row 3: the token was issued to the network of this session, among the account's others.
    IssuedHere,
    /// Row 4: the device is registered in the directory, or the owner may hold it otherwise.
    RegisteredDevice,
    /// Row 5: address, country, operator, agent and travel of a sign-in: one kind.
    NewPlace,
    /// Row 5: a hosting network or anonymiser.
    Hosting,
    /// Row 5: device code.
    DeviceCode,
    /// Row 5: password handed to a program.
    PasswordGrant,
    /// Row 5: an account without events for long.
    Dormant,
    /// Row 6: from a device and network the owner used before.
    UsualDevice,
    /// Row 6: the work of an administrator, or an owner tidying away one sender's mail, from
    /// networks and devices that are all the account's own.
    Routine,
    /// Row 7: the application's name imitates a publisher.
    ImitatedPublisher,
    /// Row 7: the exact scopes of a known attack toolkit.
    ToolkitScopes,
    /// Row 7: the consent or secret was made in a hostile session.
    HostileHands,
    /// Row 7: the application itself acted here, not the person who consented.
    ApplicationUse,
    /// Row 9: an ungrouped ledger with a positive control.
    UngroupedLedger,
    /// Row 10: the application has no trace in a complete directory log.
    NoTrace,
    /// Row 10: two or more unrelated stores.
    SeveralStores,
}

/// One finding about one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `F-…`, from kind, session and records.
    pub id: String,
    /// The kind, as in `password-spray`.
    pub kind: &'static str,
    /// ATT&CK technique ids.
    pub techniques: &'static [&'static str],
    /// The row of the verdict table.
    pub row: Row,
    /// Whose account.
    pub account: String,
    /// The session it is about.
    pub session: String,
    /// Whether it holds.
    pub standing: Standing,
    /// What it amounts to alone, before rows are combined.
    pub alone: Verdict,
    /// One sentence for a reader.
    pub sentence: String,
    /// Conditions and innocent explanations, each with its result.
    pub tests: Vec<Test>,
    /// The records it rests on, earliest first.
    pub records: Vec<Place>,
    /// When what it is about happened.
    pub at: Moment,
    /// What else its tests bear out, for combining rows.
    pub signs: BTreeSet<Sign>,
    /// What groups suspects: one application, one address (design.md, "Suspects are grouped").
    pub cause: String,
}

/// What each kind of finding is, the same for all findings of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The kind, as in `password-spray`.
    pub kind: &'static str,
    /// The row of the verdict table.
    pub row: Row,
    /// ATT&CK technique ids.
    pub techniques: &'static [&'static str],
}

impl Finding {
    /// The most records a finding cites.
    pub const RECORDS_MOST: usize = 256;

    /// A finding of this pattern about a session; not yet tested.
    pub fn of(pattern: &Pattern, account: &str, session: &str, at: Moment) -> Finding {
        Finding {
            id: String::new(),
            kind: pattern.kind,
            techniques: pattern.techniques,
            row: pattern.row,
            account: account.to_owned(),
            session: session.to_owned(),
            standing: Standing::Supported,
            alone: Verdict::Ordinary,
            sentence: String::new(),
            tests: Vec::new(),
            records: Vec::new(),
            at,
            signs: BTreeSet::new(),
            cause: String::new(),
        }
    }

    /// Adds a test, and lets an innocent explanation that holds, or a condition that cannot be
    /// tested, take the finding's standing.
    pub fn test(&mut self, name: &'static str, result: TestResult, why: String) {
        if matches!(result, TestResult::Holds | TestResult::NotTested) {
            self.standing = Standing::CannotBeSaid;
        }
        self.tests.push(Test { name, result, why });
    }

    /// Adds a test that is printed and changes nothing.
    pub fn note(&mut self, name: &'static str, result: TestResult, why: String) {
        self.tests.push(Test { name, result, why });
    }

    /// Sorts and bounds the records and gives the finding its id.
    pub fn seal(mut self) -> Finding {
        self.records.sort_unstable();
        self.records.dedup();
        self.records.truncate(Finding::RECORDS_MOST);
        let first = self.records.first().map(Place::to_string);
        let parts = [
            self.kind,
            self.session.as_str(),
            self.cause.as_str(),
            first.as_deref().unwrap_or_default(),
        ];
        self.id = content_id('F', &parts);
        self
    }

    /// Whether it holds.
    pub fn holds(&self) -> bool {
        self.standing == Standing::Supported
    }

    /// Whether a sign is borne out.
    pub fn has(&self, sign: Sign) -> bool {
        self.signs.contains(&sign)
    }
}

/// What the table makes of a session: the verdict and the row that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The row that decided.
    pub row: Row,
    /// `rule`, `analyst`, `pivot`.
    pub basis: String,
    /// In words: which findings, combined by which cell of the table.
    pub reason: String,
}
