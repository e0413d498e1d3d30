//! Looks for withheld values, and plain hashes of them, in everything that leaves the house.

use demarche_evidence::container::Contents;
use demarche_evidence::hash::{Digest, sha256};

/// Values shorter than this occur everywhere, so they are not looked for.
pub const TEXT_BYTES_MIN: usize = 4;

/// Whether a value is long enough to be looked for.
pub fn is_sought(text: &str) -> bool {
    text.len() >= TEXT_BYTES_MIN
}

/// Whether one text names another, whatever the case of their letters.
pub fn names(text: &str, withheld: &str) -> bool {
    is_sought(withheld) && text.to_lowercase().contains(&withheld.to_lowercase())
}

/// The first file in which a withheld value occurs in any form, if there is one.
pub fn found<'a>(files: &'a Contents, withheld: &[String]) -> Option<&'a str> {
    let forms: Vec<Vec<u8>> = withheld
        .iter()
        .filter(|text| is_sought(text))
        .flat_map(|text| forms(text))
        .collect();
    let has = |bytes: &[u8]| forms.iter().any(|form| occurs(bytes, form));
    let mut paths = files.iter();
    let found = paths.find(|(path, bytes)| has(path.as_bytes()) || has(bytes));
    found.map(|(path, _)| path.as_str())
}

/// Whether a needle occurs in a haystack.
fn occurs(bytes: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else {
        return false;
    };
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| byte == first) {
        at += next;
        if bytes[at..].starts_with(needle) {
            return true;
        }
        at += 1;
    }
    false
}

/// A value in every encoding a pack could carry it in, and its plain hashes.
pub fn forms(text: &str) -> Vec<Vec<u8>> {
    let mut texts = vec![
        text.to_owned(),
        text.to_lowercase(),
        text.to_uppercase(),
        text.trim().to_owned(),
    ];
    texts.dedup();
    let mut forms = Vec::new();
    for text in &texts {
        let json = serde_json::Value::from(text.as_str()).to_string();
        let inner = json.trim_matches('"').to_owned();
        let wide = |big: bool| -> Vec<u8> {
            let words = text.encode_utf16();
            let bytes = words.map(|word| {
                if big {
                    word.to_be_bytes()
                } else {
                    word.to_le_bytes()
                }
            });
            bytes.flatten().collect()
        };
        forms.extend([
            text.clone().into_bytes(),
            inner.into_bytes(),
            crate::render::figure::escaped(text).into_bytes(),
            percent(text).into_bytes(),
            hex(text.as_bytes()).into_bytes(),
            hex(text.as_bytes()).to_uppercase().into_bytes(),
            wide(false),
            wide(true),
        ]);
        forms.extend(base64_at_any_place(text.as_bytes()));
        for hashed in [text.clone(), json] {
            forms.extend(digests(sha256(hashed.as_bytes())));
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

fn digests(digest: Digest) -> [Vec<u8>; 4] {
    let text = digest.to_string();
    [
        digest.0.to_vec(),
        text.to_uppercase().into_bytes(),
        text.into_bytes(),
        digest.to_base64().into_bytes(),
    ]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn percent(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    text.bytes()
        .map(|byte| {
            if plain(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// What base64 makes of some bytes wherever they lie in a longer text: the part that their
/// neighbours do not touch, for each of the three places.
fn base64_at_any_place(bytes: &[u8]) -> Vec<Vec<u8>> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut forms = Vec::new();
    for before in 0..3 {
        let mut padded = vec![0; before];
        padded.extend_from_slice(bytes);
        let letters: Vec<u8> = padded
            .chunks(3)
            .flat_map(|three| {
                let mut word = 0u32;
                for at in 0..3 {
                    word = (word << 8) | u32::from(three.get(at).copied().unwrap_or(0));
                }
                [18, 12, 6, 0].map(|shift| LETTERS[(word >> shift) as usize & 63])
            })
            .collect();
        // The first letters hold bits of what lies before, the last ones of what follows.
        let from = (before * 8).div_ceil(6);
        let to = padded.len() * 8 / 6;
        if let Some(form) = letters.get(from..to).filter(|form| form.len() >= 4) {
            forms.push(form.to_vec());
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_every_encoding() {
        let withheld = vec!["ana@example.org".to_owned()];
        let found_in = |bytes: &[u8]| {
            let files = Contents::from([("page".to_owned(), bytes.to_vec())]);
            found(&files, &withheld).is_some()
        };
        assert!(found_in(b"to ana@example.org now"));
        assert!(found_in(b"ANA@EXAMPLE.ORG"));
        assert!(found_in(b"ana%40example.org"));
        assert!(found_in(b"YW5hQGV4YW1wbGUub3Jn"));
        // "xana@example.org" and "xyana@example.org", so that the value lies at another place.
        assert!(found_in(b"eGFuYUBleGFtcGxlLm9yZw=="));
        assert!(found_in(b"eHlhbmFAZXhhbXBsZS5vcmc="));
        assert!(found_in(hex(b"ana@example.org").as_bytes()));
        assert!(found_in(sha256(b"ana@example.org").to_string().as_bytes()));
        assert!(found_in(
            sha256(b"\"ana@example.org\"").to_base64().as_bytes()
        ));
        assert!(found_in(&sha256(b"ana@example.org").0));
        assert!(!found_in(b"bob@example.org"));
        let named = Contents::from([("data/ana@example.org".to_owned(), Vec::new())]);
        assert!(found(&named, &withheld).is_some());
    }
}
