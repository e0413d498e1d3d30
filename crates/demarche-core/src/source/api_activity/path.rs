//! What a request's address says: its path, and whose store it enters.

use std::borrow::Cow;

/// The most bytes of a request's address that are kept.
const REQUEST_BYTES_MAX: usize = 2048;

/// Whose store a path enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The account's own.
    Own,
    /// The account of this name or object id.
    Of(String),
}

/// What can be entered behind an account.
const STORES: &[&str] = &[
    "calendar",
    "calendars",
    "calendarview",
    "chats",
    "contactfolders",
    "contacts",
    "drive",
    "drives",
    "events",
    "inferenceclassification",
    "mailboxsettings",
    "mailfolders",
    "messages",
    "onenote",
    "outlook",
    "sendmail",
    "todo",
];

/// The path of a request's address without host, version and query.
pub fn path_of(request: &str) -> &str {
    let rest = request.split_once("://").map_or(request, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let path = path.split(['?', '#']).next().unwrap_or("");
    let trimmed = path.trim_start_matches('/');
    let (first, rest) = trimmed.split_once('/').unwrap_or((trimmed, ""));
    match first {
        "v1.0" | "beta" => rest.trim_start_matches('/'),
        _ => trimmed,
    }
}

/// Whose store the path enters; `None` where it enters none.
pub fn owner_of(path: &str) -> Option<Owner> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let first = parts.next()?.to_ascii_lowercase();
    let (owner, store) = match first.as_str() {
        "me" => (Owner::Own, parts.next()?),
        "users" => (Owner::Of(decoded(parts.next()?)), parts.next()?),
        _ => {
            // The older form: users('mia@contoso.example')/messages.
            let id = first.strip_prefix("users('")?.strip_suffix("')")?;
            (Owner::Of(decoded(id)), parts.next()?)
        }
    };
    let store = store.split(['(', '\'']).next()?.to_ascii_lowercase();
    STORES.contains(&store.as_str()).then_some(owner)
}

/// A part of a path with its percent escapes undone; escapes that spell no text stay.
pub fn decoded(part: &str) -> String {
    let bytes = part.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let escaped = match (byte, bytes.get(at + 1..at + 3)) {
            (b'%', Some([high, low])) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| part.to_owned())
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// The beginning of a request's address, cut at a character's end.
pub fn bounded(request: Cow<'_, str>) -> Cow<'_, str> {
    if request.len() <= REQUEST_BYTES_MAX {
        return request;
    }
    let mut end = REQUEST_BYTES_MAX;
    while !request.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(request[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_whose_store_is_entered() {
        let own = Some(Owner::Own);
        let of = |name: &str| Some(Owner::Of(name.to_owned()));
        for (request, expect) in [
            (
                "https://graph.microsoft.com/v1.0/me/messages?$top=5",
                own.clone(),
            ),
            (
                "https://graph.microsoft.com/beta/users/mia%40contoso.example/mailFolders('Inbox')/messages",
                of("mia@contoso.example"),
            ),
            (
                "https://graph.microsoft.com/v1.0/users('Mia@x')/messages/A",
                of("mia@x"),
            ),
            ("https://graph.microsoft.com/v1.0/users/mia@x", None),
            (
                "https://graph.microsoft.com/v1.0/users/mia@x/memberOf",
                None,
            ),
            ("https://graph.microsoft.com/v1.0/$batch", None),
            ("https://graph.microsoft.com", None),
            ("", None),
        ] {
            assert_eq!(owner_of(path_of(request)), expect, "{request}");
        }
        assert_eq!(decoded("a%4"), "a%4");
        assert_eq!(decoded("%ff"), "%ff");
    }
}
