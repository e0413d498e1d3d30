//! Named cells of one record, whatever its container: object, CSV row, array row.

use std::borrow::Cow;

use crate::event::event::Text;
use crate::record::csv::cells;
use crate::record::delivered::{Delivered, Header};
use crate::record::json::{Malformed, Value, ValueKind};

/// The fields that a source reads, under every name they are delivered by.
///
/// One field is `uniqueTokenIdentifier`, `UniqueTokenIdentifier` and `Unique token identifier`:
/// names are compared by their letters and digits in lower case alone.
pub trait Slot: Copy + 'static {
    /// How many there are.
    const COUNT: usize;
    /// Compared names and their slots, sorted by name.
    const NAMES: &'static [(&'static str, Self)];

    /// Its place among the slots.
    fn place(self) -> usize;
}

/// The longest name of a field that is compared.
const NAME_BYTES_MAX: usize = 64;

/// One value, still as delivered.
#[derive(Clone, Debug)]
pub enum Cell<'a> {
    /// A JSON value.
    Json(Value<'a>),
    /// A cell of a CSV row.
    Text(Text<'a>),
}

impl<'a> Cell<'a> {
    /// Its text, trimmed; empty for null, objects, arrays and what exports write for nothing.
    pub fn text(&self) -> Text<'a> {
        let text = match self {
            Cell::Json(value) => value.text(),
            Cell::Text(text) => text.clone(),
        };
        absent_if_placeholder(trimmed(text))
    }

    /// Hands over the value itself, or the JSON inside its text (dynamic columns in CSV).
    pub fn nested<T>(&self, read: impl FnOnce(Value<'_>) -> T) -> Option<T> {
        match self {
            Cell::Json(value) if matches!(value.kind(), ValueKind::Array | ValueKind::Object) => {
                Some(read(*value))
            }
            Cell::Json(value) => inside(&value.text(), read),
            Cell::Text(text) => inside(text, read),
        }
    }
}

fn inside<T>(text: &str, read: impl FnOnce(Value<'_>) -> T) -> Option<T> {
    let value = Value::of(text);
    matches!(value.kind(), ValueKind::Array | ValueKind::Object).then(|| read(value))
}

/// A text without white space around it.
pub fn trimmed(text: Text<'_>) -> Text<'_> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

fn absent_if_placeholder(text: Text<'_>) -> Text<'_> {
    match text.as_ref() {
        "null" | "{}" | "[]" | "00000000-0000-0000-0000-000000000000" => Cow::Borrowed(""),
        _ => text,
    }
}

/// The cells of one record by slot.
pub struct Row<'a, S> {
    cells: Vec<Option<Cell<'a>>>,
    /// Further cells of a slot that was filled already, in order.
    pub repeats: Vec<(usize, Cell<'a>)>,
    slots: std::marker::PhantomData<S>,
}

impl<'a, S: Slot> Row<'a, S> {
    fn empty() -> Row<'a, S> {
        Row {
            cells: vec![None; S::COUNT],
            repeats: Vec::new(),
            slots: std::marker::PhantomData,
        }
    }

    /// The row of a record: an object, or values under a header.
    ///
    /// Returns what could be read, and the fault that ended it.
    pub fn of(record: &Delivered<'a>) -> (Row<'a, S>, Option<Malformed>) {
        let value = Value::of(record.text);
        match (record.header.columns.is_empty(), value.kind()) {
            (_, ValueKind::Object) => Row::of_object(value),
            (false, ValueKind::Array) => Row::of_array(value, record.header),
            (false, _) => (Row::of_csv(record), None),
            (true, _) => {
                let nothing = Malformed {
                    offset: 0,
                    truncated: record.text.trim().is_empty(),
                };
                (Row::empty(), Some(nothing))
            }
        }
    }

    /// The row of a JSON object.
    pub fn of_object(value: Value<'a>) -> (Row<'a, S>, Option<Malformed>) {
        let mut row = Row::empty();
        let fault = value
            .members(|key, value| row.put(key, Cell::Json(value)))
            .err();
        (row, fault)
    }

    fn of_array(value: Value<'a>, header: &Header) -> (Row<'a, S>, Option<Malformed>) {
        let (mut row, mut columns) = (Row::empty(), header.columns.iter());
        let fault = value
            .elements(|value| {
                if let Some(column) = columns.next() {
                    row.put(column, Cell::Json(value));
                }
            })
            .err();
        (row, fault)
    }

    fn of_csv(record: &Delivered<'a>) -> Row<'a, S> {
        let mut row = Row::empty();
        cells(record.text, |place, text| {
            if let Some(column) = record.header.columns.get(place) {
                row.put(column, Cell::Text(text));
            }
        });
        row
    }

    fn put(&mut self, name: &str, cell: Cell<'a>) {
        let Some(slot) = slot_of::<S>(name) else {
            return;
        };
        let place = slot.place();
        match &self.cells[place] {
            // An empty cell says nothing: a later column of the name may.
            Some(first) if !first.is_blank() => self.repeats.push((place, cell)),
            _ => self.cells[place] = Some(cell),
        }
    }

    /// The cell of a slot.
    pub fn cell(&self, slot: S) -> Option<&Cell<'a>> {
        self.cells.get(slot.place())?.as_ref()
    }

    /// The text of a slot, empty where it is absent.
    pub fn text(&self, slot: S) -> Text<'a> {
        self.cell(slot).map_or(Cow::Borrowed(""), Cell::text)
    }

    /// The text of the first slot that has one.
    pub fn first(&self, slots: &[S]) -> Text<'a> {
        slots
            .iter()
            .map(|slot| self.text(*slot))
            .find(|text| !text.is_empty())
            .unwrap_or(Cow::Borrowed(""))
    }

    /// The texts of a slot's further cells that differ from its first.
    pub fn other_texts(&self, slot: S) -> Vec<Text<'a>> {
        let first = self.text(slot);
        let of_slot = self.repeats.iter().filter(|(at, _)| *at == slot.place());
        of_slot
            .map(|(_, cell)| cell.text())
            .filter(|text| !text.is_empty() && *text != first)
            .collect()
    }

    /// Whether the slot has a value that says something.
    pub fn has(&self, slot: S) -> bool {
        self.cell(slot).is_some_and(|cell| !cell.is_blank())
    }

    /// Hands over the object or array of a slot.
    pub fn nested<T>(&self, slot: S, read: impl FnOnce(Value<'_>) -> T) -> Option<T> {
        self.cell(slot)?.nested(read)
    }
}

impl Cell<'_> {
    fn is_blank(&self) -> bool {
        match self {
            Cell::Json(value) => match value.kind() {
                ValueKind::Null => true,
                ValueKind::Text => value.raw().len() <= 2,
                _ => false,
            },
            Cell::Text(text) => text.trim().is_empty(),
        }
    }
}

/// The slot of a name as delivered.
fn slot_of<S: Slot>(name: &str) -> Option<S> {
    let mut letters = [0; NAME_BYTES_MAX];
    let name = compared(name, &mut letters)?;
    let at = S::NAMES
        .binary_search_by(|(known, _)| known.as_bytes().cmp(name))
        .ok()?;
    Some(S::NAMES[at].1)
}

/// A name as compared: its letters and digits in lower case; `None` where it is too long or in
/// another script.
fn compared<'b>(name: &str, letters: &'b mut [u8; NAME_BYTES_MAX]) -> Option<&'b [u8]> {
    let mut length = 0;
    for byte in name.trim_start_matches('\u{feff}').bytes() {
        if byte.is_ascii_alphanumeric() {
            *letters.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        } else if !byte.is_ascii() {
            return None;
        }
    }
    letters.get(..length)
}

/// Which of these names a record has: a bit for each, the first lowest.
///
/// # Shape
/// An object answers by its keys, a row by its header's columns. `names` are in compared form
/// (letters and digits in lower case) and at most 32.
pub fn names_of(text: &str, header: &Header, names: &[&str]) -> u32 {
    let mut found = 0;
    let mut take = |name: &str| {
        let mut letters = [0; NAME_BYTES_MAX];
        if let Some(name) = compared(name, &mut letters)
            && let Some(at) = names.iter().position(|known| known.as_bytes() == name)
        {
            found |= 1 << at;
        }
    };
    let value = Value::of(text);
    if value.kind() == ValueKind::Object {
        let _ = value.members(|key, _| take(key));
    } else {
        header.columns.iter().for_each(|column| take(column));
    }
    found
}

/// Whether a record is one JSON object: containers with columns hold rows.
pub fn is_object(text: &str) -> bool {
    Value::of(text).kind() == ValueKind::Object
}
