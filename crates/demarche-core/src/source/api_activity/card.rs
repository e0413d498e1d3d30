//! The card of the log of requests to the common interface.

use crate::vocab::card::{Card, Stream};

/// What the log of requests says of itself (semantics §1.8, §4.4, §6.3).
pub const CARD: Card = Card {
    name: "graph-activity",
    title: "Microsoft Graph activity log",
    spec: "Azure Monitor tables MicrosoftGraphActivityLogs and AADGraphActivityLogs",
    streams: &[Stream::Api],
    // Half an hour as a rule, two hours in rare cases.
    delay_minutes_max: 120,
    // Nothing is kept by the service itself: only what a diagnostic setting stored.
    retention: &[],
    row_caps: &[30_000],
    export: "Log Analytics: az monitor log-analytics query -w <workspace> --analytics-query \
             MicrosoftGraphActivityLogs; it must have been switched on by a diagnostic setting before",
    realm: "microsoft-365",
    needed_for: "it shows reading by programs with its real address, where mailbox records show a relay",
    cannot_tell: &[
        "It is kept only from the day a diagnostic setting was made, and only with a P1 or P2 licence.",
        "A request that lists messages does not name them: the items are in mailbox records.",
        "Requests to other interfaces of the mail service (EWS, IMAP, MAPI) are not in it.",
    ],
    splits: false,
    relays: &[],
};
