//! One item an event names: message, attachment, file, rows.

use std::borrow::Cow;

/// What an item is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// A message or other mailbox item.
    #[default]
    Message,
    /// An attachment of a message.
    Attachment,
    /// A file.
    File,
    /// A container itself (a synchronised folder).
    Container,
    /// Rows of a table.
    Rows,
}

/// One item named by an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item<'a> {
    /// What it is.
    pub kind: ItemKind,
    /// Folder, library or schema.table.
    pub container: Cow<'a, str>,
    /// Its most telling id as the contract prints it (message id with angle brackets, file id, key).
    pub id: Cow<'a, str>,
    /// A second id that survives moves (immutable id), empty where the record has none.
    pub immutable_id: Cow<'a, str>,
    /// The store's own id, empty where the record has none.
    pub native_id: Cow<'a, str>,
    /// Subject or file name, empty where the record has none.
    pub title: Cow<'a, str>,
    /// Size in bytes, where stated.
    pub size_bytes: Option<u64>,
    /// Rows returned; 1 for anything but rows.
    pub rows: u64,
}

impl Item<'_> {
    /// The same item, borrowing nothing.
    pub fn into_owned(self) -> Item<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Item {
            kind: self.kind,
            container: own(self.container),
            id: own(self.id),
            immutable_id: own(self.immutable_id),
            native_id: own(self.native_id),
            title: own(self.title),
            size_bytes: self.size_bytes,
            rows: self.rows,
        }
    }
}

impl ItemKind {
    /// All values, in the order of the enumeration.
    pub const ALL: [ItemKind; 5] = [
        ItemKind::Message,
        ItemKind::Attachment,
        ItemKind::File,
        ItemKind::Container,
        ItemKind::Rows,
    ];

    /// The word of this value in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            ItemKind::Message => "message",
            ItemKind::Attachment => "attachment",
            ItemKind::File => "file",
            ItemKind::Container => "container",
            ItemKind::Rows => "rows",
        }
    }

    /// The value of a word; a message for a word of no value.
    pub fn from_word(word: &str) -> ItemKind {
        ItemKind::ALL
            .into_iter()
            .find(|value| value.word() == word)
            .unwrap_or_default()
    }
}
