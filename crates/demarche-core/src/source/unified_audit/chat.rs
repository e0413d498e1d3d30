//! Chats, channels and assistants: what programs fetched, what an answer was made from.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::item::{Item, ItemKind};
use crate::event::kind::Kind;
use crate::event::words;
use crate::record::json::{Value, ValueKind};
use crate::source::unified_audit::keys::{Fields, Key, text_of};
use crate::source::unified_audit::record::detail;

/// Reads the particulars of a chat or assistant record (semantics §2.8).
///
/// # Gaps
/// Reading in the chat client itself is never logged (K12).
pub fn read<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    if event.kind == Kind::AssistantRead {
        resources(fields, event);
        return;
    }
    let thread = fields.first_text(&[Key::ChatThreadId, Key::ChannelGuid, Key::TeamGuid]);
    event.store.name = thread.clone();
    event.store_id = fields.text(Key::TeamGuid);
    detail(
        event,
        words::NAME,
        fields.first_text(&[Key::ChannelName, Key::TeamName, Key::ItemName]),
    );
    if let Some(members) = fields.value(Key::Members) {
        let _ = members.elements(|member| {
            detail(
                event,
                words::TRUSTEE,
                member.member("UPN").map(text_of).unwrap_or_default(),
            );
        });
    }
    if !matches!(
        event.kind,
        Kind::ChatRead | Kind::ChatChanged | Kind::ContentExported
    ) {
        return;
    }
    let message = fields.text(Key::MessageId);
    if !message.is_empty() {
        event.items.push(chat_message(message, thread.clone()));
    }
    if let Some(messages) = fields.value(Key::Messages) {
        let _ = messages.elements(|element| {
            let id = match element.kind() {
                ValueKind::Object => element.member("Id").map(text_of).unwrap_or_default(),
                _ => text_of(element),
            };
            if !id.is_empty() {
                event.items.push(chat_message(id, thread.clone()));
            }
        });
    }
}

fn chat_message<'a>(id: Text<'a>, thread: Text<'a>) -> Item<'a> {
    Item {
        kind: ItemKind::Message,
        container: thread,
        id,
        rows: 1,
        ..Item::default()
    }
}

/// The resources an assistant used for an answer: content exposed to whoever asked.
fn resources<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    let data = fields.value(Key::CopilotEventData);
    let list = data
        .and_then(|data| data.member("AccessedResources"))
        .or_else(|| fields.value(Key::AccessedResources));
    if let Some(list) = list {
        let _ = list.elements(|resource| event.items.extend(resource_of(resource)));
    }
    if let Some(data) = data {
        detail(
            event,
            words::NAME,
            data.member("AppHost").map(text_of).unwrap_or_default(),
        );
    }
}

fn resource_of(resource: Value<'_>) -> Option<Item<'_>> {
    let mut item = Item {
        kind: ItemKind::File,
        rows: 1,
        ..Item::default()
    };
    let mut id = Cow::Borrowed("");
    let _ = resource.members(|key, value| match key {
        "Id" | "ID" | "id" => id = text_of(value),
        "Name" => item.title = text_of(value),
        "SiteUrl" => item.native_id = text_of(value),
        "Type" => {
            let kind = text_of(value).to_ascii_lowercase();
            if kind.contains("mail") || kind.contains("message") {
                item.kind = ItemKind::Message;
            }
        }
        _ => {}
    });
    item.id = if id.is_empty() {
        item.native_id.clone()
    } else {
        id
    };
    (!item.id.is_empty()).then_some(item)
}
