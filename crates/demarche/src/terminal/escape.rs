//! Log values made harmless before they reach a terminal.

use std::borrow::Cow;

/// A value as it may be printed: control characters and direction marks become visible.
///
/// Log values are written by whoever was logged: an escape sequence in a rule's name must not
/// move the reader's cursor, and a direction mark must not turn a file name round.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_unsafe(character) {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(character)));
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// The same for a text of several lines, whose line ends are our own.
pub fn lines_shown(text: &str) -> String {
    text.lines().map(shown).collect::<Vec<_>>().join("\n")
}

/// Whether a character may change what a reader sees beyond itself.
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character), 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x2069 | 0xfeff)
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn escapes_are_shown_not_obeyed() {
        assert_eq!(shown("plain é 日本"), "plain é 日本");
        assert_eq!(shown("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(shown("cod.\u{202e}exe"), "cod.\\u{202e}exe");
        assert_eq!(shown("two\nlines"), "two\\u{a}lines");
    }
}
