//! Token ids in their several encodings, brought to one canonical form.
//!
//! A token id is sixteen bytes: a GUID. Logs write it as base64url in the byte order of .NET
//! (first three groups little endian), with or without padding, as base64 of the GUID's text,
//! or as the GUID itself (semantics §3.2). The canonical form is the GUID in lower case, which
//! is also the request id of the sign-in that issued the token.

use std::borrow::Cow;

/// The GUID of nobody: written where there is no token or session.
const NIL: [u8; 16] = [0; 16];

/// The canonical form of a token id; what is in no known form stays as it is.
///
/// # Shape
/// White space and `=` are dropped. 36 characters in GUID form become the GUID in lower case;
/// 22 characters of base64 or base64url become the GUID of the sixteen bytes; 48 characters of
/// base64 become the GUID they spell. Never lower-cased before decoding: base64 tells case.
///
/// # Gaps
/// The nil GUID is a placeholder and comes back empty: it must tie nothing.
///
/// # Spec
/// semantics §3.2
pub fn canonical(text: &str) -> Cow<'_, str> {
    let bare = stripped(text);
    let found = match bare.len() {
        36 => guid_bytes(&bare),
        22 => decoded::<16>(&bare).map(from_little_endian),
        48 => decoded::<36>(&bare)
            .and_then(|ascii| std::str::from_utf8(&ascii).ok().and_then(guid_bytes)),
        _ => None,
    };
    match found {
        Some(NIL) => Cow::Borrowed(""),
        Some(_) if is_canonical(text) => Cow::Borrowed(text),
        Some(bytes) => Cow::Owned(guid_text(&bytes)),
        None => bare,
    }
}

/// A session id as compared: GUIDs in lower case, the nil GUID and blanks empty, else as it is.
pub fn canonical_session(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    match guid_bytes(text) {
        Some(NIL) => Cow::Borrowed(""),
        Some(_) if is_canonical(text) => Cow::Borrowed(text),
        Some(bytes) => Cow::Owned(guid_text(&bytes)),
        None => Cow::Borrowed(text),
    }
}

/// Whether a text is a GUID other than the nil one.
pub fn is_guid(text: &str) -> bool {
    guid_bytes(text.trim()).is_some_and(|bytes| bytes != NIL)
}

fn stripped(text: &str) -> Cow<'_, str> {
    let droppable = |c: char| c.is_whitespace() || c == '=';
    let is_bare = |byte: u8| byte.is_ascii_graphic() && byte != b'=';
    // Every record's id comes by here, and hardly one has anything to drop.
    let bare = text.bytes().fold(true, |bare, byte| bare & is_bare(byte));
    if !bare && text.contains(droppable) {
        Cow::Owned(text.chars().filter(|c| !droppable(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn is_canonical(text: &str) -> bool {
    let upper = |upper, byte: u8| upper | byte.is_ascii_uppercase();
    text.len() == 36 && !text.bytes().fold(false, upper)
}

/// The sixteen bytes of a GUID's text, in the order they are written.
fn guid_bytes(text: &str) -> Option<[u8; 16]> {
    // Several ids of every record are looked at: no branch but the last.
    const PAIRS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let (mut bytes, mut strange) = ([0_u8; 16], 0);
    for (byte, at) in bytes.iter_mut().zip(PAIRS) {
        let (high, low) = (DIGITS[text[at] as usize], DIGITS[text[at + 1] as usize]);
        strange |= high | low;
        *byte = high << 4 | low & 15;
    }
    let dashes = [8, 13, 18, 23].map(|at| text[at]);
    (strange < 16 && dashes == [b'-'; 4]).then_some(bytes)
}

/// Values of hexadecimal digits; 128 for what is none.
const DIGITS: [u8; 256] = {
    let mut digits = [128; 256];
    let mut value = 0;
    while value < 16 {
        let lower = b"0123456789abcdef"[value];
        digits[lower as usize] = value as u8;
        digits[lower.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    digits
};

fn guid_text(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    text
}

/// The .NET order of a GUID's bytes turned into the written one.
fn from_little_endian(bytes: [u8; 16]) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h, rest @ ..] = bytes;
    let mut out = [d, c, b, a, f, e, h, g, 0, 0, 0, 0, 0, 0, 0, 0];
    out[8..].copy_from_slice(&rest);
    out
}

/// Decodes unpadded base64 or base64url to exactly `N` bytes; spare bits must be zero.
fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (mut out, mut n_bytes) = ([0_u8; N], 0);
    let (mut bits, mut n_bits) = (0_u32, 0);
    for byte in text.bytes() {
        bits = bits << 6 | u32::from(sextet(byte)?);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            *out.get_mut(n_bytes)? = (bits >> n_bits) as u8;
            bits &= (1 << n_bits) - 1;
            n_bytes += 1;
        }
    }
    (n_bytes == N && bits == 0).then_some(out)
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_meet_in_one() {
        const ONE: &str = "00112233-4455-6677-8899-aabbccddeeff";
        for text in [
            "MyIRAFVEd2aImaq7zN3u_w",
            "MyIRAFVEd2aImaq7zN3u_w==",
            " MyIRAFVEd2aImaq7zN3u/w ",
            "MDAxMTIyMzMtNDQ1NS02Njc3LTg4OTktYWFiYmNjZGRlZWZm",
            "00112233-4455-6677-8899-AABBCCDDEEFF",
            ONE,
        ] {
            assert_eq!(canonical(text), ONE, "{text}");
        }
        assert_eq!(
            canonical("fO1gHEm-Uk63_yDsbfloAA"),
            "1c60ed7c-be49-4e52-b7ff-20ec6df96800"
        );
        assert_eq!(
            canonical("_______770-____-_fz7-g"),
            "ffffffff-fbff-4fef-bfff-fffefdfcfbfa"
        );
    }

    #[test]
    fn what_is_in_no_form_stays() {
        for text in [
            "MyIRAFVEd2aImaq7zN3u_",
            "MyIRAFVEd2aImaq7zN3u_wA",
            "MyIRAFVEd2aImaq7zN3u*w",
            "MyIRAFVEd2aImaq7zN3u_x",
            "MDAxMTIyMzMtNDQ1NS02Njc3LTg4OTktYWFiYmNjZGRlZWZ-",
            "sign-in_ActivityId",
            "00112233-4455-6677-8899_aabbccddeeff",
            "éééééééééééééééééé",
            "",
        ] {
            assert_eq!(canonical(text), text, "{text}");
        }
    }

    #[test]
    fn nobody_ties_nothing() {
        assert_eq!(canonical("00000000-0000-0000-0000-000000000000"), "");
        assert_eq!(canonical("AAAAAAAAAAAAAAAAAAAAAA"), "");
        assert_eq!(
            canonical_session("00000000-0000-0000-0000-000000000000"),
            ""
        );
        assert_eq!(
            canonical_session(" 55555555-0000-4000-8000-00000000000A "),
            "55555555-0000-4000-8000-00000000000a"
        );
        assert_eq!(canonical_session("Opaque"), "Opaque");
        assert!(!is_guid("x") && is_guid("00112233-4455-6677-8899-aabbccddeeff"));
    }
}
