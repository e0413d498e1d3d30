//! The keys of a record that are read, and one pass that collects them.
//!
//! A listed catalogue. A record has some thirty members of a few hundred known ones; one pass
//! over it keeps the slices of those listed here, and nothing is parsed that nobody asks for.

use std::borrow::Cow;

use crate::event::event::Text;
use crate::record::json::{Malformed, Value, ValueKind};

macro_rules! keys {
    ($($key:ident $(= $text:literal)?,)*) => {
        /// A key of the record, spelled as its schema spells it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(clippy::enum_variant_names, reason = "the schema has a key of this ending")]
        pub enum Key { $($key,)* }

        /// Names of all keys, in the order of the enumeration.
        const NAMES: &[&str] = &[$(keys!(@name $key $($text)?),)*];

        /// All keys, in the order of the enumeration.
        const KEYS: &[Key] = &[$(Key::$key,)*];
    };
    (@name $key:ident) => { stringify!($key) };
    (@name $key:ident $text:literal) => { $text };
}

keys! {
    AADGroupId, AccessedResources, Actor, ActorInfoString, ActorIP, ActorIpAddress, AffectedItems,
    AppAccessContext, AppId, ApplicationDisplayName, ApplicationId, AttachmentId,
    AttachmentSizeInBytes, AzureActiveDirectoryEventType, CaseName, ChannelGuid, ChannelName,
    ChatThreadId, ClientAppId, ClientAppName, ClientApplication, ClientInfoString, ClientIP,
    ClientIPAddress, ClientProcessName, ClientRequestId, ClientVersion, CopilotEventData,
    CorrelationId, CreationTime, CrossMailboxOperation, DestFolder, DestinationFileName,
    DestinationRelativeUrl, DestMailboxOwnerUPN, DeviceDisplayName, DeviceId, DeviceProperties,
    ErrorCode, ErrorNumber, EventData, ExtendedProperties, ExternalAccess, FileSizeBytes, Folder,
    Folders, Id, InternalLogonType, InterSystemsId, IntraSystemId, Item, ItemName, ItemType,
    ListItemUniqueId, LogonError, LogonType, LogonUserSid, MachineId, MailboxGuid,
    MailboxOwnerSid, MailboxOwnerUPN, Members, MessageId, Messages, ModifiedProperties, Name,
    ObjectId, Operation, OperationCount, OperationProperties, OrganizationId, OrganizationName,
    Parameters, Query, QueryText, RecipientCount = "recipientCount",
    RecipientList = "recipientList", RecordType, ResourceURL, ResultStatus, SearchQueryText,
    SendAsUserSmtp, SendOnBehalfOfUserSmtp, SessionId, Severity, Site, SiteUrl, SourceFileName,
    SourceRelativeUrl, Target, TargetUserOrGroupName, TargetUserOrGroupType, TeamGuid, TeamName,
    TokenObjectId, UniqueSharingId, UniqueTokenIdentifier, UserAgent, UserId, UserKey, UserType,
    Workload,
}

/// Places of the table of keys; a few times their number, so that hardly two meet.
const PLACES: usize = 512;
/// A place without a key.
const FREE: u8 = u8::MAX;

/// Numbers of keys, each at the place of its name or the next free one behind it.
static TABLE: [u8; PLACES] = table();

/// Where a name stands, whatever the case of its letters.
const fn place_of(name: &[u8]) -> usize {
    let n = name.len();
    if n == 0 {
        return 0;
    }
    let (first, middle, last) = (name[0] | 0x20, name[n / 2] | 0x20, name[n - 1] | 0x20);
    let before = name[n - 1 - n / 4] | 0x20;
    let sum = n * 31 + first as usize * 7 + middle as usize * 61 + last as usize * 113;
    (sum + before as usize * 251) % PLACES
}

const fn table() -> [u8; PLACES] {
    assert!(KEYS.len() < FREE as usize);
    let mut table = [FREE; PLACES];
    let mut key = 0;
    while key < KEYS.len() {
        let mut place = place_of(NAMES[key].as_bytes());
        while table[place] != FREE {
            place = (place + 1) % PLACES;
        }
        table[place] = key as u8;
        key += 1;
    }
    table
}

impl Key {
    /// The key as its schema spells it.
    pub fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// The key of a name, and whether it is spelled exactly so (else only its case differs).
    fn of(name: &str) -> Option<(Key, bool)> {
        let mut place = place_of(name.as_bytes());
        let mut alike = None;
        while let Some(key) = KEYS.get(usize::from(TABLE[place])) {
            if key.name() == name {
                return Some((*key, true));
            }
            if alike.is_none() && key.name().eq_ignore_ascii_case(name) {
                alike = Some((*key, false));
            }
            place = (place + 1) % PLACES;
        }
        alike
    }
}

/// Members of the catalogue that a record usually has, at most.
const MEMBERS_USUAL: usize = 40;

/// The members of one record, by key.
///
/// # Shape
/// Keys that differ from the schema by case alone are taken for it. Where a key occurs twice,
/// an exactly spelled one beats an alike one, else the first stays; a later one with a different
/// value is named in `clashes` and becomes a problem of the record, which is read all the same.
pub struct Fields<'a> {
    /// Where the value of each key stands among those held, from 1; 0 where it has none.
    places: [u8; KEYS.len()],
    held: Vec<(Value<'a>, bool)>,
    /// Keys that occurred again with a different value.
    pub clashes: Vec<Key>,
}

impl<'a> Fields<'a> {
    /// Collects the members of an object; those before a fault are kept.
    pub fn of(record: Value<'a>) -> (Fields<'a>, Result<(), Malformed>) {
        let mut fields = Fields {
            places: [0; KEYS.len()],
            held: Vec::with_capacity(MEMBERS_USUAL),
            clashes: Vec::new(),
        };
        let whole = record.members(|name, value| {
            let Some((key, exact)) = Key::of(name) else {
                return;
            };
            let place = &mut fields.places[key as usize];
            let Some((held, exactly)) = place
                .checked_sub(1)
                .and_then(|place| fields.held.get_mut(usize::from(place)))
            else {
                fields.held.push((value, exact));
                *place = fields.held.len() as u8;
                return;
            };
            if held.raw() == value.raw() {
                return;
            }
            fields.clashes.push(key);
            if exact && !*exactly {
                (*held, *exactly) = (value, true);
            }
        });
        (fields, whole)
    }

    /// The value of a key; `None` also for `null`.
    pub fn value(&self, key: Key) -> Option<Value<'a>> {
        let place = usize::from(self.places[key as usize]).checked_sub(1)?;
        let (value, _) = self.held.get(place)?;
        (value.kind() != ValueKind::Null).then_some(*value)
    }

    /// The text of a key, trimmed; empty where absent.
    pub fn text(&self, key: Key) -> Text<'a> {
        self.value(key).map_or(Cow::Borrowed(""), text_of)
    }

    /// The first of several keys that has a text.
    pub fn first_text(&self, keys: &[Key]) -> Text<'a> {
        keys.iter()
            .map(|key| self.text(*key))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    /// The whole number of a key.
    pub fn integer(&self, key: Key) -> Option<i64> {
        self.value(key).and_then(Value::integer)
    }

    /// The truth of a key.
    pub fn boolean(&self, key: Key) -> Option<bool> {
        self.value(key).and_then(Value::boolean)
    }

    /// Calls `each` with name and text of a name/value list under a key.
    pub fn pairs(&self, key: Key, each: impl FnMut(&str, Text<'a>)) {
        if let Some(value) = self.value(key) {
            pairs_of(value, each);
        }
    }
}

/// The text of a value, trimmed.
pub fn text_of(value: Value<'_>) -> Text<'_> {
    trimmed(value.text())
}

/// A text without white space around it.
pub fn trimmed(text: Text<'_>) -> Text<'_> {
    let printed = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    // Nearly every text begins and ends with a letter or sign.
    if printed(text.as_bytes().first()) && printed(text.as_bytes().last()) {
        return text;
    }
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// Reads `[{"Name":…,"Value":…}]`, or `{"name":value}` as Elastic flattens such lists.
///
/// # Shape
/// The order of `Name` and `Value` is free, names may repeat; `NewValue` stands for `Value` in
/// lists of changed properties (semantics §1.13).
pub fn pairs_of<'a>(list: Value<'a>, mut each: impl FnMut(&str, Text<'a>)) {
    if list.kind() == ValueKind::Object {
        let _ = list.members(|name, value| each(name, text_of(value)));
        return;
    }
    let _ = list.elements(|element| {
        let (mut name, mut text) = (Cow::Borrowed(""), Cow::Borrowed(""));
        let _ = element.members(|key, value| match key {
            "Name" | "name" => name = text_of(value),
            "Value" | "value" | "NewValue" => text = text_of(value),
            _ => {}
        });
        if !name.is_empty() {
            each(&name, text);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_by_its_name_and_by_another_case() {
        for key in KEYS {
            assert_eq!(Key::of(key.name()), Some((*key, true)));
            let (found, _) = Key::of(&key.name().to_uppercase()).unwrap();
            assert_eq!(found, *key, "{}", key.name());
        }
        assert_eq!(Key::of("Nonsense"), None);
        assert_eq!(Key::of(&"x".repeat(200)), None);
    }

    #[test]
    fn the_exact_spelling_wins_and_the_clash_is_named() {
        let (fields, whole) = Fields::of(Value::of(
            r#"{"userid":"b","UserId":" a\r\n","Id":"1","Id":"1"}"#,
        ));
        assert!(whole.is_ok());
        assert_eq!(fields.text(Key::UserId), "a");
        assert_eq!(fields.clashes, [Key::UserId]);
    }

    #[test]
    fn a_cut_record_keeps_what_came_before() {
        let (fields, whole) = Fields::of(Value::of(r#"{"Id":"1","Operation":"Send","UserId":"mi"#));
        assert!(whole.is_err_and(|fault| fault.truncated));
        assert_eq!(fields.text(Key::Operation), "Send");
        assert!(fields.value(Key::UserId).is_none());
    }
}
