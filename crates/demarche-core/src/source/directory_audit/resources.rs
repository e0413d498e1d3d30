//! What a directory record was done to: resources and their changed properties.

use crate::record::csv::cells;
use crate::record::delivered::Delivered;
use crate::record::json::{Value, ValueKind};
use crate::source::directory_audit::slots::Field;
use crate::source::row::Row;

/// The most resources and changed properties that are read of one record.
const RESOURCES_MAX: usize = 64;
const CHANGES_MAX: usize = 256;

/// One changed property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// Its value now, out of the quotes it is delivered in.
    pub new: String,
    /// Its value before.
    pub old: String,
}

/// One resource that a record is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// Object id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// User, ServicePrincipal, Application, Role, Policy …
    pub kind: String,
    /// Name of the account, for users.
    pub account: String,
    /// Changed properties.
    pub changes: Vec<Change>,
}

/// The resources of a record, and its further facts as key and value.
#[derive(Debug, Default)]
pub struct About {
    /// In order.
    pub resources: Vec<Resource>,
    /// In order.
    pub additional: Vec<(String, String)>,
    /// Whether the record has more of anything than is read.
    pub more: bool,
}

impl About {
    /// Reads lists of objects, or the numbered columns of a portal's file.
    pub fn of(record: &Delivered<'_>, row: &Row<'_, Field>) -> About {
        let mut about = About::default();
        row.nested(Field::Targets, |list| {
            let _ = list.elements(|resource| about.take_resource(resource));
        });
        row.nested(Field::Additional, |list| {
            let _ = list.elements(|pair| about.take_pair(pair));
        });
        let in_rows = !record.header.columns.is_empty()
            && !matches!(
                Value::of(record.text).kind(),
                ValueKind::Array | ValueKind::Object
            );
        if about.resources.is_empty() && in_rows {
            about.take_columns(record);
        }
        about
    }

    fn take_resource(&mut self, resource: Value<'_>) {
        if self.resources.len() >= RESOURCES_MAX {
            self.more = true;
            return;
        }
        let mut out = Resource::default();
        let _ = resource.members(|key, value| match key {
            "id" => out.id = text_of(value),
            "displayName" => out.name = text_of(value),
            "type" => out.kind = text_of(value),
            "userPrincipalName" => out.account = text_of(value),
            "modifiedProperties" => {
                let _ = value.elements(|change| {
                    self.more |= out.changes.len() >= CHANGES_MAX;
                    take_change(change, &mut out.changes);
                });
            }
            _ => {}
        });
        self.resources.push(out);
    }

    fn take_pair(&mut self, pair: Value<'_>) {
        if self.additional.len() >= CHANGES_MAX {
            self.more = true;
            return;
        }
        let (mut name, mut text) = (String::new(), String::new());
        let _ = pair.members(|key, value| match key {
            "key" => name = text_of(value),
            "value" => text = text_of(value),
            _ => {}
        });
        self.additional.push((name, text));
    }

    /// `Target1ModifiedProperty2NewValue`, `AdditionalDetail3Key` and their like.
    fn take_columns(&mut self, record: &Delivered<'_>) {
        cells(record.text, |place, cell| {
            let cell = cell.trim();
            if let Some(column) = record.header.columns.get(place)
                && !cell.is_empty()
            {
                self.take_column(column.trim(), cell);
            }
        });
        self.additional.retain(|(name, _)| !name.is_empty());
    }

    fn take_column(&mut self, column: &str, cell: &str) {
        if let Some((number, field)) = numbered(column, "AdditionalDetail") {
            let Some(pair) = grown(&mut self.additional, number) else {
                return;
            };
            match field {
                "Key" => pair.0 = cell.to_owned(),
                "Value" => pair.1 = cell.to_owned(),
                _ => {}
            }
        } else if let Some((number, field)) = numbered(column, "Target")
            && let Some(resource) = grown(&mut self.resources, number)
        {
            put_field(resource, field, cell);
        }
    }
}

fn put_field(resource: &mut Resource, field: &str, cell: &str) {
    match field {
        "Type" => resource.kind = cell.to_owned(),
        "DisplayName" => resource.name = cell.to_owned(),
        "ObjectId" => resource.id = cell.to_owned(),
        "UserPrincipalName" => resource.account = cell.to_owned(),
        _ => {
            let Some((number, field)) = numbered(field, "ModifiedProperty") else {
                return;
            };
            let Some(change) = grown(&mut resource.changes, number) else {
                return;
            };
            match field {
                "Name" => change.name = cell.to_owned(),
                "NewValue" => change.new = unquoted(cell),
                "OldValue" => change.old = unquoted(cell),
                _ => {}
            }
        }
    }
}

/// The number and the rest of `Target1Type`.
fn numbered<'a>(column: &'a str, prefix: &str) -> Option<(usize, &'a str)> {
    let rest = column.strip_prefix(prefix)?;
    let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number: usize = rest.get(..n_digits)?.parse().ok()?;
    Some((number.checked_sub(1)?, &rest[n_digits..]))
}

/// The entry of a number, with those before it; `None` beyond what any export has.
fn grown<T: Default>(list: &mut Vec<T>, number: usize) -> Option<&mut T> {
    if number >= RESOURCES_MAX {
        return None;
    }
    while list.len() <= number {
        list.push(T::default());
    }
    list.get_mut(number)
}

fn take_change(change: Value<'_>, changes: &mut Vec<Change>) {
    if changes.len() >= CHANGES_MAX {
        return;
    }
    let mut out = Change::default();
    let _ = change.members(|key, value| match key {
        "displayName" => out.name = text_of(value),
        "newValue" => out.new = unquoted(&text_of(value)),
        "oldValue" => out.old = unquoted(&text_of(value)),
        _ => {}
    });
    changes.push(out);
}

fn text_of(value: Value<'_>) -> String {
    match value.kind() {
        // A dynamic column may hold the value itself, not its text.
        ValueKind::Array | ValueKind::Object => value.raw().to_owned(),
        _ => value.text().trim().to_owned(),
    }
}

/// A value out of the JSON quotes it is delivered in: `"\"KeyDescription\""`.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    if text.len() >= 2 && text.starts_with('"') && text.ends_with('"') {
        Value::of(text).text().trim().to_owned()
    } else {
        text.to_owned()
    }
}
