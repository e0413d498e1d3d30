//! Actions in mailboxes: reads, synchronisations, attachments, sends, deletes, client rules.

use std::borrow::Cow;

use crate::event::event::{Event, Identity, Text};
use crate::event::item::{Item, ItemKind};
use crate::event::kind::{Capacity, Kind, Outcome, Told};
use crate::event::words;
use crate::record::json::{Value, ValueKind};
use crate::source::unified_audit::identity::{mailbox_owner, named};
use crate::source::unified_audit::keys::{Fields, Key, text_of};
use crate::source::unified_audit::operations;
use crate::source::unified_audit::record::{detail, parameter};
use crate::vocab::card::Stream;

/// Reads the particulars of a mailbox record (semantics §2.1-2.5).
pub fn read<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    event.store = mailbox_owner(fields);
    event.store_id = fields.text(Key::MailboxGuid);
    event.capacity = capacity(&fields.text(Key::LogonType));
    match event.kind {
        Kind::ItemsRead => items_read(fields, event),
        Kind::AttachmentRead => attachments_read(fields, event),
        Kind::MessageSent => message_sent(fields, event),
        Kind::ItemCreated | Kind::ItemUpdated => one_item(fields, event),
        Kind::ItemsMoved | Kind::ItemsDeleted => affected_items(fields, event),
        Kind::RuleSet => client_rule(fields, event),
        Kind::MailboxGranted | Kind::MailboxGrantRemoved => folder_grant(fields, event),
        Kind::SignIn if event.outcome == Outcome::Unknown => event.outcome = Outcome::Succeeded,
        Kind::Searched => {
            let query = fields.first_text(&[Key::QueryText, Key::SearchQueryText, Key::Query]);
            detail(event, words::QUERY, query);
        }
        _ => {}
    }
}

/// In what capacity a mailbox was entered; numbers, or names as tables write them.
fn capacity(logon: &str) -> Capacity {
    let is = |names: &[&str]| names.iter().any(|name| logon.eq_ignore_ascii_case(name));
    if is(&["0", "Owner"]) {
        Capacity::Owner
    } else if is(&["1", "6", "Admin", "DelegatedAdmin"]) {
        Capacity::Administrator
    } else if is(&["2", "Delegated", "Delegate"]) {
        Capacity::Delegate
    } else if is(&["3", "4", "Transport", "SystemService"]) {
        Capacity::Service
    } else {
        Capacity::Unknown
    }
}

/// A read of named items, or the synchronisation of a folder.
///
/// `MailAccessType` decides; where it is absent, the shape: folders with items are a bind, a lone
/// folder a synchronisation (semantics §2.1). The record type decides only where a projection
/// lost both.
fn items_read<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    let mut access = Cow::Borrowed("");
    fields.pairs(Key::OperationProperties, |name, value| match name {
        "MailAccessType" => access = value,
        "IsThrottled" => event.throttled = told(&value),
        _ => {}
    });
    event.items_counted = fields
        .integer(Key::OperationCount)
        .and_then(|count| u64::try_from(count).ok());
    let folders = fields.value(Key::Folders);
    let synchronised = if access.eq_ignore_ascii_case("Sync") {
        true
    } else if access.eq_ignore_ascii_case("Bind") {
        false
    } else {
        folders.is_none()
            && fields
                .value(Key::Item)
                .map_or_else(|| is_item(fields), is_folder)
    };
    if synchronised {
        event.kind = Kind::FolderSynced;
        event.stream = Stream::ItemAccess;
        folder_synced(fields, event);
        return;
    }
    if let Some(folders) = folders {
        each_of(folders, |folder| bound_items(folder, event));
    } else if fields.value(Key::Item).is_some() {
        one_item(fields, event);
    }
}

fn told(value: &str) -> Told {
    if value.eq_ignore_ascii_case("true") {
        Told::Yes
    } else if value.eq_ignore_ascii_case("false") {
        Told::No
    } else {
        Told::Unsaid
    }
}

/// Whether a record of which nothing else is left is of the type that synchronisations are.
fn is_item(fields: &Fields<'_>) -> bool {
    operations::record_type(&fields.text(Key::RecordType)) == Some(2)
}

/// Whether an item is a folder: its id is that of its own parent folder, or it names no message.
fn is_folder(item: Value<'_>) -> bool {
    let (mut id, mut parent, mut message) = (Cow::Borrowed(""), Cow::Borrowed(""), false);
    let _ = item.members(|key, value| match key {
        "Id" => id = text_of(value),
        "ParentFolder" => parent = value.member("Id").map(text_of).unwrap_or_default(),
        "InternetMessageId" | "Subject" => message = true,
        _ => {}
    });
    !message && !parent.is_empty() && (id.is_empty() || id == parent)
}

/// Calls `each` with every element of an array, or with the value itself where it is none.
fn each_of<'a>(value: Value<'a>, mut each: impl FnMut(Value<'a>)) {
    if value.kind() == ValueKind::Array {
        let _ = value.elements(each);
    } else {
        each(value);
    }
}

/// The items of one folder of a bind.
fn bound_items<'a>(folder: Value<'a>, event: &mut Event<'a>) {
    let (mut container, mut items) = (Container::default(), None);
    let _ = folder.members(|key, value| match key {
        "FolderItems" => items = Some(value),
        _ => container.take(key, value),
    });
    let container = container.name();
    if let Some(items) = items {
        each_of(items, |item| {
            event.items.push(message(item, container.clone()));
        });
    }
}

/// A folder, as records name one.
#[derive(Default)]
struct Container<'a> {
    path: Text<'a>,
    name: Text<'a>,
    id: Text<'a>,
}

impl<'a> Container<'a> {
    fn of(folder: Value<'a>) -> Container<'a> {
        let mut container = Container::default();
        let _ = folder.members(|key, value| container.take(key, value));
        container
    }

    fn take(&mut self, key: &str, value: Value<'a>) {
        match key {
            "Path" => self.path = named(text_of(value)),
            "Name" => self.name = text_of(value),
            "Id" => self.id = text_of(value),
            _ => {}
        }
    }

    /// Its path without the leading backslash, else its name, else its id.
    ///
    /// Reads name folders by path and synchronisations by name alone; without the backslash the
    /// inbox is one container in both.
    fn name(&self) -> Text<'a> {
        match (&self.path, &self.name) {
            (path, _) if !path.is_empty() => match path {
                Cow::Borrowed(path) => Cow::Borrowed(path.strip_prefix('\\').unwrap_or(path)),
                Cow::Owned(path) => Cow::Owned(path.strip_prefix('\\').unwrap_or(path).to_owned()),
            },
            (_, name) if !name.is_empty() => name.clone(),
            _ => self.id.clone(),
        }
    }
}

/// One message, by whatever ids it has.
///
/// The id printed is the message id with its angle brackets, else the immutable id, else the
/// store's own (design.md, contract).
fn message<'a>(item: Value<'a>, container: Text<'a>) -> Item<'a> {
    let mut out = Item {
        container,
        rows: 1,
        ..Item::default()
    };
    let _ = item.members(|key, value| match key {
        "InternetMessageId" => out.id = text_of(value),
        "ImmutableId" => out.immutable_id = text_of(value),
        "Id" => out.native_id = text_of(value),
        "Subject" => out.title = text_of(value),
        "SizeInBytes" => out.size_bytes = size(value),
        "ParentFolder" if out.container.is_empty() => {
            out.container = Container::of(value).name();
        }
        _ => {}
    });
    if out.id.is_empty() {
        out.id = if out.immutable_id.is_empty() {
            out.native_id.clone()
        } else {
            out.immutable_id.clone()
        };
    }
    out
}

/// A size; some records write it with decimals.
fn size(value: Value<'_>) -> Option<u64> {
    let text = value.text();
    text.trim().split('.').next()?.parse().ok()
}

/// A folder that was synchronised: its items are not named (K4).
fn folder_synced<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    if let Some(item) = fields.value(Key::Item) {
        let folder = item.member("ParentFolder").unwrap_or(item);
        push_container(Container::of(folder), event);
    }
    if let Some(folders) = fields.value(Key::Folders) {
        each_of(folders, |folder| {
            push_container(Container::of(folder), event)
        });
    }
}

fn push_container<'a>(folder: Container<'a>, event: &mut Event<'a>) {
    event.items.push(Item {
        kind: ItemKind::Container,
        container: folder.name(),
        native_id: folder.id,
        rows: 1,
        ..Item::default()
    });
}

/// Attachments that were fetched.
///
/// # Shape
/// Observed: `Messages[]{Id, Path, MessageItems[]{Id, SizeInBytes}}`; documented besides:
/// `AttachmentId` and `AttachmentSizeInBytes`. An attachment's `native_id` is its message's.
fn attachments_read<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    event.items_counted = fields
        .integer(Key::OperationCount)
        .and_then(|count| u64::try_from(count).ok());
    if let Some(messages) = fields.value(Key::Messages) {
        each_of(messages, |message| attachments_of(message, event));
    }
    let id = fields.text(Key::AttachmentId);
    if !id.is_empty() {
        event.items.push(Item {
            kind: ItemKind::Attachment,
            id,
            size_bytes: fields.value(Key::AttachmentSizeInBytes).and_then(size),
            rows: 1,
            ..Item::default()
        });
    }
}

fn attachments_of<'a>(message: Value<'a>, event: &mut Event<'a>) {
    let (mut parent, mut items) = (Cow::Borrowed(""), None);
    let _ = message.members(|key, value| match key {
        "Id" => parent = text_of(value),
        "MessageItems" => items = Some(value),
        _ => {}
    });
    let Some(items) = items else { return };
    each_of(items, |item| {
        let mut out = Item {
            kind: ItemKind::Attachment,
            native_id: parent.clone(),
            rows: 1,
            ..Item::default()
        };
        let _ = item.members(|key, value| match key {
            "Id" => out.id = text_of(value),
            "Name" => out.title = text_of(value),
            "SizeInBytes" => out.size_bytes = size(value),
            _ => {}
        });
        event.items.push(out);
    });
}

/// The one item of a record.
fn one_item<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    if let Some(item) = fields.value(Key::Item) {
        let item = message(item, Cow::Borrowed(""));
        if !item.id.is_empty() || !item.title.is_empty() {
            event.items.push(item);
        }
    }
}

/// A message that left: its id, subject, attachments, recipients; as whom it was sent.
fn message_sent<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    one_item(fields, event);
    event.object = fields.first_text(&[Key::SendAsUserSmtp, Key::SendOnBehalfOfUserSmtp]);
    if let Some(item) = fields.value(Key::Item) {
        let _ = item.members(|key, value| match key {
            "Subject" => detail(event, words::SUBJECT, text_of(value)),
            "InternetMessageId" => detail(event, words::MESSAGE_ID, text_of(value)),
            "Attachments" => {
                for (name, _) in attachment_names(&text_of(value)) {
                    detail(event, words::ATTACHMENT, Cow::Owned(name.to_owned()));
                }
            }
            _ => {}
        });
    }
    detail(
        event,
        words::RECIPIENT_COUNT,
        fields.text(Key::RecipientCount),
    );
    if let Some(list) = fields.value(Key::RecipientList) {
        each_of(list, |recipient| {
            let address = recipient
                .member("Address")
                .map_or_else(|| text_of(recipient), text_of);
            detail(event, words::RECIPIENT, address);
        });
    }
}

/// Reads `name (1234b); name2 (99b)`: a name may hold any of these signs, so from the right.
fn attachment_names(list: &str) -> Vec<(&str, Option<u64>)> {
    let (mut out, mut rest) = (Vec::new(), list.trim());
    while !rest.is_empty() {
        let (entry, after) = match rest.find("b); ") {
            Some(at) => (&rest[..at + 2], &rest[at + 4..]),
            None => (rest, ""),
        };
        let sized = entry
            .strip_suffix("b)")
            .and_then(|entry| entry.rsplit_once(" ("));
        match sized.and_then(|(name, size)| Some((name, size.parse::<u64>().ok()?))) {
            Some((name, size)) => out.push((name, Some(size))),
            None => out.push((entry, None)),
        }
        rest = after;
    }
    out
}

/// Items that were moved or deleted, and where to.
fn affected_items<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    let folder = fields
        .value(Key::Folder)
        .map(|folder| Container::of(folder).name())
        .unwrap_or_default();
    if let Some(items) = fields.value(Key::AffectedItems) {
        each_of(items, |item| {
            let mut item = message(item, Cow::Borrowed(""));
            if item.container.is_empty() {
                item.container = folder.clone();
            }
            event.items.push(item);
        });
    }
    if let Some(folder) = fields.value(Key::DestFolder) {
        detail(event, words::DESTINATION, Container::of(folder).name());
    }
    detail(event, words::TARGET, fields.text(Key::DestMailboxOwnerUPN));
}

/// Who was let into a folder, and with which rights.
fn folder_grant<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    let Some(item) = fields.value(Key::Item) else {
        return;
    };
    let folder = item.member("ParentFolder").unwrap_or(item);
    let mut member = Identity::default();
    let _ = folder.members(|key, value| match key {
        "MemberUpn" => member.name = text_of(value),
        "MemberSid" => member.sid = text_of(value),
        "MemberRights" => detail(event, words::RIGHT, text_of(value)),
        _ => {}
    });
    event.object = Container::of(folder).name();
    let trustee = if member.name.is_empty() {
        member.sid
    } else {
        member.name
    };
    detail(event, words::TRUSTEE, trustee);
}

/// A rule made by a desktop client: names of its properties are known from observation only, so
/// what forwards, hides or deletes is looked for in their text, and all of them are kept.
fn client_rule<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    let mut removed = false;
    fields.pairs(Key::OperationProperties, |name, value| match name {
        "Name" | "RuleName" => detail(event, words::NAME, value),
        "Conditions" | "Condition" => detail(event, words::MATCHES, value),
        _ => {
            if name == "RuleOperation" {
                let lower = value.to_ascii_lowercase();
                removed = lower.contains("remove") || lower.starts_with("delete");
            } else if matches!(name, "Actions" | "RuleActions" | "ServerRule") {
                rule_actions(&value, event);
            }
            parameter(event, name, &value);
        }
    });
    if removed {
        event.kind = Kind::RuleRemoved;
    }
}

/// What the text of a rule's actions shows.
fn rule_actions(actions: &str, event: &mut Event<'_>) {
    let lower = actions.to_ascii_lowercase();
    let yes = || Cow::Borrowed("true");
    if lower.contains("forward") || lower.contains("redirect") {
        for address in addresses(actions) {
            detail(event, words::FORWARDS_TO, Cow::Owned(address.to_owned()));
        }
    }
    if lower.contains("delete") {
        detail(event, words::DELETES, yes());
    }
    if lower.contains("markasread") || lower.contains("mark_as_read") {
        detail(event, words::MARKS_READ, yes());
    }
    if lower.contains("movetofolder") || lower.contains("copytofolder") {
        detail(
            event,
            words::MOVES_TO,
            Cow::Borrowed("a folder of the rule"),
        );
    }
}

/// Mail addresses within free text.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let part =
        |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+' | '\'' | '#');
    text.split(move |c: char| !part(c)).filter(|word| {
        word.split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachment_names_hold_anything() {
        assert_eq!(
            attachment_names("a (1b).pdf (12b); b; c (x).txt (9b)"),
            [("a (1b).pdf", Some(12)), ("b; c (x).txt", Some(9))]
        );
        assert_eq!(attachment_names("bare"), [("bare", None)]);
        assert_eq!(attachment_names(""), []);
    }
}
