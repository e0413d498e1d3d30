//! The texts of an event in one fixed order, shared by spilled rows and columns.

use std::borrow::Cow;

use demarche_core::event::event::{Event, Text};

/// How many texts an event has.
pub(crate) const N_TEXTS: usize = 27;

/// Names of the columns of an event's texts, in the order of [`texts`].
pub(crate) const NAMES: [&str; N_TEXTS] = [
    "record_id",
    "operation",
    "error",
    "actor_name",
    "actor_object",
    "actor_legacy",
    "actor_sid",
    "store_name",
    "store_object",
    "store_legacy",
    "store_sid",
    "store_id",
    "address",
    "country",
    "agent",
    "program",
    "device",
    "platform",
    "grant",
    "app",
    "client_app",
    "resource",
    "app_name",
    "token",
    "session",
    "correlation",
    "object",
];

/// Places in [`NAMES`] that comparison of copies treats apart.
pub(crate) const RECORD_ID: usize = 0;
pub(crate) const ADDRESS: usize = 12;
pub(crate) const TOKEN: usize = 23;

/// The texts of an event.
pub(crate) fn texts<'e>(event: &'e Event<'_>) -> [&'e str; N_TEXTS] {
    [
        &event.record_id,
        &event.operation,
        &event.error,
        &event.actor.name,
        &event.actor.object,
        &event.actor.legacy,
        &event.actor.sid,
        &event.store.name,
        &event.store.object,
        &event.store.legacy,
        &event.store.sid,
        &event.store_id,
        &event.address,
        &event.country,
        &event.client.agent,
        &event.client.program,
        &event.client.device,
        &event.client.platform,
        &event.client.grant,
        &event.application.front,
        &event.application.caller,
        &event.application.resource,
        &event.application.name,
        &event.ties.token,
        &event.ties.session,
        &event.ties.correlation,
        &event.object,
    ]
}

/// Puts texts into an event; the inverse of [`texts`].
pub(crate) fn assign<'e>(event: &mut Event<'e>, texts: [&'e str; N_TEXTS]) {
    let places: [&mut Text<'e>; N_TEXTS] = [
        &mut event.record_id,
        &mut event.operation,
        &mut event.error,
        &mut event.actor.name,
        &mut event.actor.object,
        &mut event.actor.legacy,
        &mut event.actor.sid,
        &mut event.store.name,
        &mut event.store.object,
        &mut event.store.legacy,
        &mut event.store.sid,
        &mut event.store_id,
        &mut event.address,
        &mut event.country,
        &mut event.client.agent,
        &mut event.client.program,
        &mut event.client.device,
        &mut event.client.platform,
        &mut event.client.grant,
        &mut event.application.front,
        &mut event.application.caller,
        &mut event.application.resource,
        &mut event.application.name,
        &mut event.ties.token,
        &mut event.ties.session,
        &mut event.ties.correlation,
        &mut event.object,
    ];
    for (place, text) in places.into_iter().zip(texts) {
        *place = Cow::Borrowed(text);
    }
}
