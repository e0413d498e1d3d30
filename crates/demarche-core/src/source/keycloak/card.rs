//! What the events of Keycloak say of themselves.

use crate::vocab::card::{Card, Stream};

/// The card.
pub const CARD: Card = Card {
    name: "keycloak",
    title: "the event log of Keycloak",
    spec: "keycloak.org: Server Administration Guide, auditing; EventType and the logging event listener (read 2026-11-22); 15 to 26",
    streams: &[
        Stream::Issuance,
        Stream::SignInInteractive,
        Stream::Directory,
    ],
    delay_minutes_max: 0,
    retention: &[],
    row_caps: &[],
    export: "the server's log with the category org.keycloak.events at level DEBUG, or GET /admin/realms/{realm}/events",
    realm: "",
    needed_for: "",
    cannot_tell: &[
        "By default only failures reach the log: successes are at level DEBUG, and events are kept in its database only where saving is switched on.",
        "A token's record names it only where the event has a token_id; refresh and exchange of other versions may not.",
        "Lines carry the server's clock without a zone.",
    ],
    splits: false,
    relays: &[],
};
