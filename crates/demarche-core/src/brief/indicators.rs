//! What to look for elsewhere: ids, addresses, clients of listed sessions.

use crate::vocab::grade::Verdict;
use crate::vocab::moment::Moment;

/// What an indicator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndicatorKind {
    /// A network address.
    Address,
    /// A token id.
    Token,
    /// A session id.
    Session,
    /// An application pair.
    Application,
    /// A user agent or program.
    Client,
    /// A device id.
    Device,
    /// An address mail was forwarded or copied to.
    Forward,
    /// Name of a rule.
    Rule,
}

impl IndicatorKind {
    /// The word of this kind in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            IndicatorKind::Address => "address",
            IndicatorKind::Token => "token",
            IndicatorKind::Session => "session",
            IndicatorKind::Application => "application",
            IndicatorKind::Client => "client",
            IndicatorKind::Device => "device",
            IndicatorKind::Forward => "forward",
            IndicatorKind::Rule => "rule",
        }
    }
}

/// One row of `indicators.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// What it is.
    pub kind: IndicatorKind,
    /// Its value as on record.
    pub value: String,
    /// The weightiest verdict of its sessions.
    pub verdict: Verdict,
    /// Sessions it was seen in.
    pub sessions: Vec<String>,
    /// First event of them.
    pub first: Moment,
    /// Last event of them.
    pub last: Moment,
    /// What it cannot tell: shared with the owner, a relay of the provider.
    pub note: String,
}
