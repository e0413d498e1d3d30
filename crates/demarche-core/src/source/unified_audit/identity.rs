//! Who acted: names, object ids, older ids and security ids, told apart by shape.

use std::borrow::Cow;

use crate::event::event::{Identity, Text};
use crate::event::kind::ActorKind;
use crate::record::json::Value;
use crate::source::token_id::is_guid;
use crate::source::unified_audit::keys::{Fields, Key, text_of};

/// The identity of the actor, from every field that names one (semantics §1.13).
///
/// # Gaps
/// Of an application the user key is its own id, not the object id of the account it acted on,
/// so only persons' keys are read as object ids. Placeholders are absent, never ids.
pub fn actor<'a>(fields: &Fields<'a>, kind: ActorKind) -> Identity<'a> {
    let mut who = Identity::default();
    let name = named(fields.text(Key::UserId));
    if is_guid(&name) {
        who.object = name;
    } else if is_sid(&name) {
        who.sid = named_sid(name);
    } else {
        who.name = name;
    }
    let token_object = fields.text(Key::TokenObjectId);
    if kind == ActorKind::Person {
        take_user_key(fields.text(Key::UserKey), &mut who);
        if is_guid(&token_object) {
            who.object = token_object;
        }
    } else if who.object.is_empty() && is_guid(&token_object) {
        who.object = token_object;
    }
    if who.sid.is_empty() {
        who.sid = named_sid(fields.text(Key::LogonUserSid));
    }
    if let Some(list) = fields.value(Key::Actor) {
        take_actor_list(list, &mut who);
    }
    who
}

/// The identity of a mailbox's owner.
pub fn mailbox_owner<'a>(fields: &Fields<'a>) -> Identity<'a> {
    Identity {
        name: named(fields.text(Key::MailboxOwnerUPN)),
        sid: named_sid(fields.text(Key::MailboxOwnerSid)),
        ..Identity::default()
    }
}

/// What kind of actor, from the user type and the shape of the name (semantics §1.11, §1.13).
pub fn actor_kind(fields: &Fields<'_>) -> ActorKind {
    let name = fields.text(Key::UserId);
    if is_system(&name) {
        return ActorKind::System;
    }
    if name.starts_with("ServicePrincipal_") || name.eq_ignore_ascii_case("app@sharepoint") {
        return ActorKind::Application;
    }
    let kind = fields.text(Key::UserType);
    let is = |names: &[&str]| names.iter().any(|name| kind.eq_ignore_ascii_case(name));
    if is(&[
        "0",
        "2",
        "9",
        "10",
        "Regular",
        "Admin",
        "PartnerTechnician",
        "Guest",
    ]) {
        ActorKind::Person
    } else if is(&[
        "3",
        "4",
        "7",
        "8",
        "DcAdmin",
        "System",
        "CustomPolicy",
        "SystemPolicy",
    ]) {
        ActorKind::System
    } else if is(&["5", "6", "Application", "ServicePrincipal"]) {
        ActorKind::Application
    } else {
        ActorKind::Unknown
    }
}

fn is_system(name: &str) -> bool {
    let head = name.as_bytes().get(..13);
    let named = [
        "SHAREPOINT\\system",
        "Microsoft\\ServiceOperator",
        "S-1-5-18",
    ];
    head.is_some_and(|head| head.eq_ignore_ascii_case(b"NT AUTHORITY\\"))
        || named.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// A name, or nothing where it is a placeholder.
pub fn named(text: Text<'_>) -> Text<'_> {
    let placeholders = [
        "not available",
        "not-found",
        "s-1-5-18",
        "s-1-0-0",
        "anonymous",
    ];
    let placeholder = placeholders
        .iter()
        .any(|placeholder| text.eq_ignore_ascii_case(placeholder));
    if placeholder { Cow::Borrowed("") } else { text }
}

fn is_sid(text: &str) -> bool {
    text.starts_with("S-1-")
}

/// A security id of an account: well-known ids (`S-1-5-18`, `S-1-1-0`) name nobody.
fn named_sid(text: Text<'_>) -> Text<'_> {
    if text.starts_with("S-1-5-21-") {
        text
    } else {
        Cow::Borrowed("")
    }
}

/// Reads the shapes of a user key into the ids it names.
fn take_user_key<'a>(key: Text<'a>, who: &mut Identity<'a>) {
    if is_guid(&key) {
        who.object = key;
    } else if is_sid(&key) {
        if who.sid.is_empty() {
            who.sid = named_sid(key);
        }
    } else if let Some(legacy) = legacy_of(&key) {
        who.legacy = Cow::Owned(legacy);
    }
}

/// The older id within `PUID`, `PUID@domain` or `i:0h.f|membership|puid@live.com`, upper case.
fn legacy_of(key: &str) -> Option<String> {
    let last = key.rsplit('|').next()?;
    let id = last.split('@').next()?;
    let shaped = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let known = key.len() == 16 || key.contains('@');
    (shaped && known).then(|| id.to_ascii_uppercase())
}

/// Reads the actor list of a directory record: types 5 (name), 3 (older id), 0 and 2 (object).
fn take_actor_list<'a>(list: Value<'a>, who: &mut Identity<'a>) {
    let mut person = None;
    let _ = list.elements(|entry| {
        let (id, kind) = id_and_type(entry);
        match kind {
            5 if who.name.is_empty() => who.name = named(id),
            3 if who.legacy.is_empty() => {
                who.legacy = legacy_of(&id).map_or(Cow::Borrowed(""), Cow::Owned);
            }
            0 if who.object.is_empty() && is_guid(&id) => who.object = id,
            2 => {
                if let Some(object) = id
                    .strip_prefix("User_")
                    .or(id.strip_prefix("ServicePrincipal_"))
                {
                    person = is_guid(object).then(|| object.to_owned());
                }
            }
            _ => {}
        }
    });
    if let (true, Some(object)) = (who.object.is_empty(), person) {
        who.object = Cow::Owned(object);
    }
}

/// Id and type of one entry of an actor or target list.
pub fn id_and_type<'a>(entry: Value<'a>) -> (Text<'a>, i64) {
    let (mut id, mut kind) = (Cow::Borrowed(""), -1);
    let _ = entry.members(|key, value| match key {
        "ID" | "Id" | "id" => id = text_of(value),
        "Type" | "type" => kind = value.integer().unwrap_or(-1),
        _ => {}
    });
    (id, kind)
}
