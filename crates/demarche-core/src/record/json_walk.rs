//! Walks sound JSON quickly; what is not plainly sound is left to the library.
//!
//! Everything accepted here is JSON that the library accepts with the same slices. What is cut
//! short, escaped in a key, deeply nested or wrong in any way ends the walk with [`Walked::Unsure`].

use crate::record::blocks;
use crate::record::json::Value;

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walked {
    /// At the end of the object or array.
    Whole,
    /// Before it: somebody stricter has to look.
    Unsure,
}

/// How deep values are walked.
const DEPTH_MAX: u32 = 64;

/// Hands over the members of an object.
pub(crate) fn members<'a>(text: &'a str, each: &mut impl FnMut(&str, Value<'a>)) -> Walked {
    let mut walk = Walk::of(text);
    match walk.members_of(each) {
        Some(()) => Walked::Whole,
        None => Walked::Unsure,
    }
}

/// Hands over the elements of an array.
pub(crate) fn elements<'a>(text: &'a str, each: &mut impl FnMut(Value<'a>)) -> Walked {
    let mut walk = Walk::of(text);
    match walk.elements_of(each) {
        Some(()) => Walked::Whole,
        None => Walked::Unsure,
    }
}

struct Walk<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn of(text: &'a str) -> Walk<'a> {
        Walk {
            text,
            bytes: text.as_bytes(),
            at: 0,
        }
    }

    fn members_of(&mut self, each: &mut impl FnMut(&str, Value<'a>)) -> Option<()> {
        self.past(b'{')?;
        if self.after_space()? == b'}' {
            return Some(());
        }
        loop {
            self.past(b'"')?;
            let from = self.at;
            if self.string()? {
                return None;
            }
            let key = self.text.get(from..self.at - 1)?;
            self.after_space()?;
            self.past(b':')?;
            self.after_space()?;
            let value = self.slice()?;
            each(key, value);
            match self.after_space()? {
                b',' => self.at += 1,
                b'}' => return Some(()),
                _ => return None,
            }
            self.after_space()?;
        }
    }

    fn elements_of(&mut self, each: &mut impl FnMut(Value<'a>)) -> Option<()> {
        self.past(b'[')?;
        if self.after_space()? == b']' {
            return Some(());
        }
        loop {
            let value = self.slice()?;
            each(value);
            match self.after_space()? {
                b',' => self.at += 1,
                b']' => return Some(()),
                _ => return None,
            }
            self.after_space()?;
        }
    }

    /// The value that begins here.
    fn slice(&mut self) -> Option<Value<'a>> {
        let from = self.at;
        let escaped = self.value(0)?;
        let text = self.text.get(from..self.at)?;
        Some(if escaped {
            Value::unread(text)
        } else {
            Value::without_escapes(text)
        })
    }

    /// Goes behind a value; whether a string has escapes in it (anything else may).
    fn value(&mut self, depth: u32) -> Option<bool> {
        match *self.bytes.get(self.at)? {
            b'"' => {
                self.at += 1;
                return self.string();
            }
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => self.word(b"null")?,
            _ => self.number()?,
        }
        Some(true)
    }

    fn object(&mut self, depth: u32) -> Option<()> {
        if depth == DEPTH_MAX {
            return None;
        }
        self.at += 1;
        if self.after_space()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.past(b'"')?;
            self.string()?;
            self.after_space()?;
            self.past(b':')?;
            self.after_space()?;
            self.value(depth + 1)?;
            let next = self.after_space()?;
            self.at += 1;
            match next {
                b',' => self.after_space()?,
                b'}' => return Some(()),
                _ => return None,
            };
        }
    }

    fn array(&mut self, depth: u32) -> Option<()> {
        if depth == DEPTH_MAX {
            return None;
        }
        self.at += 1;
        if self.after_space()? == b']' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.value(depth + 1)?;
            let next = self.after_space()?;
            self.at += 1;
            match next {
                b',' => self.after_space()?,
                b']' => return Some(()),
                _ => return None,
            };
        }
    }

    /// Goes behind the closing quote of a string; whether it has escapes.
    fn string(&mut self) -> Option<bool> {
        let mut escaped = false;
        loop {
            if let Some(sixteen) = self.bytes.get(self.at..)?.first_chunk::<16>() {
                let ends = blocks::string_ends(sixteen);
                if ends == 0 {
                    self.at += 16;
                    continue;
                }
                self.at += ends.trailing_zeros() as usize;
            }
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(escaped);
                }
                b'\\' => {
                    self.escape()?;
                    escaped = true;
                }
                0..=0x1f => return None,
                // Near the end of the text bytes are looked at one by one.
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let length = match *self.bytes.get(self.at + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
            b'u' => {
                let digits = self.bytes.get(self.at + 2..self.at + 6)?;
                // Halves of pairs are judged by the library.
                let half = matches!(digits, [b'd' | b'D', ..]);
                if half || !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                6
            }
            _ => return None,
        };
        self.at += length;
        Some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes.get(self.at..)?.starts_with(word).then_some(())?;
        self.at += word.len();
        Some(())
    }

    /// A number by its grammar (RFC 8259 §6).
    fn number(&mut self) -> Option<()> {
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        let first = self.at;
        let n_whole = self.digits();
        if n_whole == 0 || (n_whole > 1 && self.bytes[first] == b'0') {
            return None;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return None;
            }
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return None;
            }
        }
        Some(())
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        self.at - from
    }

    fn past(&mut self, byte: u8) -> Option<()> {
        (*self.bytes.get(self.at)? == byte).then_some(())?;
        self.at += 1;
        Some(())
    }

    /// Goes over white space; the byte that follows it.
    fn after_space(&mut self) -> Option<u8> {
        loop {
            match *self.bytes.get(self.at)? {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }
}
