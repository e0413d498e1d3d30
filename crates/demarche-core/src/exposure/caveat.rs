//! The caveats of semantics §6.4, worded here and attached to claims.

use crate::exposure::exposure::Caveat;

impl Caveat {
    /// How many there are: K1 to K18.
    pub const MOST: u8 = 18;

    /// The name printed for it, as in `K1`.
    pub fn word(self) -> String {
        format!("K{}", self.0)
    }

    /// What it says, in one sentence; empty for a number that is none.
    pub fn text(self) -> &'static str {
        match self.0 {
            1 => {
                "Reading the same item again within one hour, from the same place and program, leaves no further record, and reads within two minutes share one record: times hold to two minutes, and records do not count readings."
            }
            2 => {
                "The record shows that the content was delivered to a program; it does not show that a person read it."
            }
            3 => {
                "A message id names a message, not a copy of it: further copies may lie in other folders, and its subject or size may have to be looked up in the mailbox."
            }
            4 => {
                "A record of synchronisation names the folder and not its items: which items were taken is presumed from what the folder held at that time."
            }
            5 => {
                "Logging of reads in this mailbox was or may have been suspended by the service for up to 24 hours from the time given: reads in that time are not listed (descriptions of the threshold differ)."
            }
            6 => {
                "Reads in this mailbox were not audited in the time given, by licence or by setting: that no record exists says nothing."
            }
            7 => {
                "A message sent may have been recalled or deleted since, and a record lists at most 1000 recipients."
            }
            8 => {
                "A rule or forwarding was in place; that mail was delivered through it must be confirmed with a message trace."
            }
            9 => "The record lists fewer items than it counts: the items listed are a lower bound.",
            10 => {
                "Searches and exports by administrators' tools leave no record of the single items they return."
            }
            11 => "A preview can be made by the service without anyone asking for it.",
            12 => {
                "Chat read in the usual client is not audited; only reading through an interface for programs is."
            }
            13 => {
                "The address on record is a relay of the provider: the address of whoever acted is not known."
            }
            14 => {
                "The session was used from more than one place, perhaps by its owner and by an intruder; where one ends and the other begins is a judgement."
            }
            15 => {
                "That no issuance was found does not mean that a token was forged: the conditions for saying so are listed, each with its result."
            }
            16 => {
                "The earliest record shown lies within a day of the edge of retention: it marks where the logs begin, not where the use began."
            }
            17 => {
                "The source was exported in a form that loses fields or cuts records short: counts from it are lower bounds."
            }
            18 => {
                "The application's name comes from a dated public list; that it is the provider's own does not make its use trustworthy."
            }
            _ => "",
        }
    }

    /// All of them, in order.
    pub fn all() -> impl Iterator<Item = Caveat> {
        (1..=Caveat::MOST).map(Caveat)
    }
}
