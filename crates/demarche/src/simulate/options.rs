//! What a simulated tenant is asked to be: all that its bytes depend on.

use crate::simulate::calendar::{DAY, days_from_date};
use crate::simulate::random::Random;

/// Everything that decides the bytes of a simulated tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Seed of all randomness.
    pub seed: u64,
    /// Accounts of people.
    pub people: u32,
    /// Days covered by the logs.
    pub days: u32,
    /// First day, as days since 1970-01-01.
    pub first_day: i64,
    /// Share of the usual activity, in thousandths.
    pub activity: u64,
    /// Share of the usual visits of the provider's background readers, in thousandths.
    pub readers: u64,
    /// Hours after which a person must sign in again whatever the device; 0 for no such policy.
    pub sign_in_hours: u32,
    /// Whether records carry linkable identifiers.
    pub ids: Ids,
    /// What the intruder does.
    pub shape: ShapeName,
    /// The innocent events that look like an intruder.
    pub twins: Vec<Twin>,
    /// How the audit log is wrapped.
    pub form: Form,
    /// How sign-in logs are wrapped.
    pub sign_in_form: SignInForm,
    /// What goes wrong with the logs afterwards.
    pub damage: Damage,
    /// Whether networks have addresses set aside for documentation, as committed cases must.
    pub documented: bool,
}

/// Whether records carry the identifiers that join them to sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Ids {
    /// Session and token identifiers (exports since 2025).
    Linkable,
    /// Older exports: session ids of Outlook and its web client only.
    None,
}

/// What the intruder does; each is one file of `intruder`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ShapeName {
    /// No intruder at all.
    None,
    /// Forged tokens over weeks, as in 2023 (semantics §5.1).
    Storm,
    /// One password tried on many accounts, and one success.
    Spray,
    /// A hostile application that somebody consented to.
    Consent,
    /// A stolen session, and a rule that hides the answers.
    Theft,
    /// A stolen password, a rule that forwards outside, and mail in the owner's name.
    Fraud,
    /// Somebody inside who carries off what they may read.
    Insider,
    /// A few messages a day for weeks, from the owner's own provider and country.
    Slow,
    /// The owner signs in through the intruder's page, and the session stays with the intruder.
    Middle,
    /// An issuer added to the domain, and forged assertions for several accounts.
    Saml,
    /// Two intruders: one is shut out, the other has a valid credential and stays.
    Contractor,
}

/// An innocent event that looks like an intruder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Twin {
    /// The provider starts a new background reader in most mailboxes.
    Rollout,
    /// A new tunnel: whoever works from home comes from a network and country nobody came from.
    Tunnel,
    /// Most people move to a new mail program, which nobody had to consent to.
    Program,
    /// An administrator lets an application read all mailboxes.
    App,
    /// Another organisation's people join on one day, from their own office and homes.
    Merger,
    /// A third of the people travel to one place in the same days.
    Travel,
    /// A test that was agreed: passwords are tried on most accounts, and nobody gets in.
    Test,
    /// All passwords are set anew on one day; people mistype the new ones, then register again.
    Resets,
}

/// How the audit log is wrapped (semantics §1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// One of the others, by seed.
    Auto,
    /// CSV of the compliance portal (C2).
    Portal,
    /// CSV of `Search-UnifiedAuditLog` (C3).
    Powershell,
    /// One audit record per line.
    Jsonl,
    /// Pages of the Graph audit query (C7).
    Graph,
    /// Lines of a collector, with the record as a text inside (C4).
    Collector,
    /// Arrays of bare records, as the management interface delivers them (C6).
    Blobs,
}

/// How sign-in logs are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SignInForm {
    /// One of the others, by seed.
    Auto,
    /// Graph pages as concatenated JSON arrays.
    Graph,
    /// Diagnostic settings: one envelope per line (C11).
    Diagnostic,
    /// No sign-in logs were collected.
    None,
}

/// What goes wrong with the logs afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Damage {
    /// Some hours of the audit log are missing.
    pub hours: bool,
    /// Some records are delivered twice or more.
    pub duplicates: bool,
    /// Some records are cut short, where the wrapping allows it.
    pub truncated: bool,
    /// One kind of record was not collected.
    pub kinds: bool,
    /// On some days a call returned fewer rows than it counts, where the wrapping counts them.
    pub cap: bool,
    /// The service stopped logging reads of some mailboxes for a day.
    pub throttled: bool,
    /// Records come in no order.
    pub reordered: bool,
    /// The exporter's clock was set forward by an hour, where the wrapping has a time of its own.
    pub clock: bool,
    /// Only some accounts were exported.
    pub filtered: bool,
}

impl Options {
    /// A clean tenant of usual size.
    #[cfg(test)]
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            people: 24,
            days: 35,
            first_day: Self::first_day(Ids::Linkable),
            activity: 1000,
            readers: 1000,
            sign_in_hours: 0,
            ids: Ids::Linkable,
            shape: ShapeName::None,
            twins: Vec::new(),
            form: Form::Jsonl,
            sign_in_form: SignInForm::Graph,
            damage: Damage::default(),
            documented: false,
        }
    }

    /// The usual first day: a Monday of the time when exports had, or lacked, the identifiers.
    #[must_use]
    pub fn first_day(ids: Ids) -> i64 {
        match ids {
            Ids::Linkable => days_from_date(2026, 3, 2),
            Ids::None => days_from_date(2023, 4, 24),
        }
    }

    /// The first second covered.
    #[must_use]
    pub fn from(&self) -> i64 {
        self.first_day * DAY
    }

    /// The first second no longer covered.
    #[must_use]
    pub fn to(&self) -> i64 {
        (self.first_day + i64::from(self.days)) * DAY
    }

    /// The wrapping of the audit log, `Auto` decided by the seed.
    #[must_use]
    pub fn decided_form(&self) -> Form {
        let choice = [
            Form::Portal,
            Form::Powershell,
            Form::Jsonl,
            Form::Graph,
            Form::Collector,
            Form::Blobs,
        ];
        match self.form {
            Form::Auto => *Random::new(self.seed, &[1]).pick(&choice),
            form => form,
        }
    }

    /// The wrapping of sign-in logs, `Auto` decided by the seed.
    #[must_use]
    pub fn decided_sign_in_form(&self) -> SignInForm {
        match self.sign_in_form {
            SignInForm::Auto if Random::new(self.seed, &[2]).chance(500) => SignInForm::Graph,
            SignInForm::Auto => SignInForm::Diagnostic,
            form => form,
        }
    }
}
