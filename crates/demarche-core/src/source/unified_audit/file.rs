//! Files and sites: reads, downloads, synchronisations, shares, links.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::item::{Item, ItemKind};
use crate::event::kind::Kind;
use crate::event::words;
use crate::source::unified_audit::keys::{Fields, Key};
use crate::source::unified_audit::record::{detail, parameter};

/// Reads the particulars of a file or site record (semantics §2.8).
///
/// # Shape
/// A file's id is its list item's id, else its address; the address is kept beside it. The store
/// is the site's address without a final slash, as records write it both ways.
pub fn read<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    event.store.name = without_slash(fields.text(Key::SiteUrl));
    event.store_id = fields.text(Key::Site);
    if event.object.is_empty() {
        event.object = fields.text(Key::SourceFileName);
    }
    match event.kind {
        Kind::Browsed | Kind::SiteGranted => {}
        Kind::Searched => {
            let query = fields.first_text(&[Key::SearchQueryText, Key::QueryText, Key::Query]);
            detail(event, words::QUERY, query);
        }
        Kind::FileMoved => {
            file_item(fields, event);
            detail(event, words::DESTINATION, destination(fields));
        }
        _ => file_item(fields, event),
    }
    if matches!(
        event.kind,
        Kind::Shared | Kind::ShareRemoved | Kind::LinkUsed | Kind::SiteGranted
    ) {
        share(fields, event);
    }
}

fn without_slash(text: Text<'_>) -> Text<'_> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches('/')),
        Cow::Owned(text) => Cow::Owned(text.trim_end_matches('/').to_owned()),
    }
}

/// The file a record names; pages, sites and folders are none.
fn file_item<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    let kind = fields.text(Key::ItemType);
    if !(kind.is_empty() || kind.eq_ignore_ascii_case("File")) {
        return;
    }
    let title = fields.text(Key::SourceFileName);
    let id = fields.text(Key::ListItemUniqueId);
    if id.is_empty() && (title.is_empty() || event.object.is_empty()) {
        return;
    }
    event.items.push(Item {
        kind: ItemKind::File,
        container: folder(fields.text(Key::SourceRelativeUrl), &title),
        id: if id.is_empty() {
            event.object.clone()
        } else {
            id
        },
        native_id: event.object.clone(),
        size_bytes: fields
            .integer(Key::FileSizeBytes)
            .and_then(|size| u64::try_from(size).ok()),
        title,
        rows: 1,
        ..Item::default()
    });
}

/// The folder of a file: sharing records append the file's own name to it.
fn folder<'a>(path: Text<'a>, file: &str) -> Text<'a> {
    let shorter = path
        .strip_suffix(file)
        .filter(|_| !file.is_empty())
        .and_then(|rest| rest.strip_suffix('/'))
        .map(str::len);
    match (shorter, path) {
        (None, path) => path,
        (Some(length), Cow::Borrowed(path)) => Cow::Borrowed(&path[..length]),
        (Some(length), Cow::Owned(mut path)) => {
            path.truncate(length);
            Cow::Owned(path)
        }
    }
}

fn destination<'a>(fields: &Fields<'a>) -> Text<'a> {
    let folder = fields.text(Key::DestinationRelativeUrl);
    let file = fields.text(Key::DestinationFileName);
    if file.is_empty() || folder.ends_with(file.as_ref()) {
        return folder;
    }
    Cow::Owned(format!("{folder}/{file}"))
}

/// With whom something was shared, by which right, under which link.
fn share<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    detail(
        event,
        words::TRUSTEE,
        fields.text(Key::TargetUserOrGroupName),
    );
    let data = fields.text(Key::EventData);
    for tag in ["Type", "Permissions granted", "PermissionLevel"] {
        if let Some(text) = between(&data, tag) {
            detail(event, words::RIGHT, Cow::Owned(text.to_owned()));
        }
    }
    let reach = fields.text(Key::TargetUserOrGroupType);
    let operation = event.operation.to_ascii_lowercase();
    let share = if operation.starts_with("anonymous") {
        Cow::Borrowed("anyone")
    } else if operation.starts_with("company") {
        Cow::Borrowed("organisation")
    } else {
        reach
    };
    detail(event, words::SHARE, share);
    parameter(event, "UniqueSharingId", &fields.text(Key::UniqueSharingId));
}

/// The text of an element of an XML fragment without a root.
fn between<'t>(xml: &'t str, tag: &str) -> Option<&'t str> {
    let (_, rest) = xml.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once(&format!("</{tag}>"))?.0.trim())
}
