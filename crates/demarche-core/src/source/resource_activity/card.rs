//! The card of the log of what was done to cloud resources.

use crate::vocab::card::{Card, Retention, Stream};

/// What the activity log says of itself.
pub const CARD: Card = Card {
    name: "azure-activity",
    title: "Azure activity log",
    spec: "Azure Monitor activity log event schema; table AzureActivity",
    streams: &[Stream::Other],
    delay_minutes_max: 20,
    retention: &[Retention {
        licence: "any subscription",
        days: 90,
        assumed: true,
    }],
    row_caps: &[30_000],
    export: "az monitor activity-log list --start-time <from> --end-time <to> --max-events 50000",
    realm: "microsoft-365",
    needed_for: "it shows roles, policies and log exports that were changed in a subscription",
    cannot_tell: &[
        "It has changes of resources, not reading of what they hold.",
        "It is kept for each subscription apart; the directory has its own log.",
    ],
    splits: false,
    relays: &[],
};
