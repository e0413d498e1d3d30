//! Who else must be warned: recipients of mail sent in hostile sessions.

use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Address as on record, lower case; empty where a send names no recipient.
    pub address: String,
    /// Sessions that sent to it.
    pub sessions: Vec<String>,
    /// In whose name.
    pub senders: Vec<String>,
    /// Messages sent to it.
    pub n_messages: u64,
    /// First of them.
    pub first: Moment,
    /// Last of them.
    pub last: Moment,
    /// Their records.
    pub places: Vec<Place>,
}

/// Sends of hostile sessions whose recipients are not on record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unnamed {
    /// Messages.
    pub n_messages: u64,
    /// In whose name.
    pub senders: Vec<String>,
    /// Their records.
    pub places: Vec<Place>,
}
