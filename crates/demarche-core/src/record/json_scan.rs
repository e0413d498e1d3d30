//! Finds where a JSON value ends, over any number of windows, without reading it.
//!
//! Only quotes, brackets and line ends are looked at. A value cut short is noticed where a line
//! begins with `{` although no value may stand there: inside a string, or behind anything but
//! `[`, `:` and, in an array, a comma.

use crate::record::blocks;

/// How far the scan of one value has come; offsets are from the value's first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scan {
    /// Bytes scanned.
    pub at: usize,
    /// Where a line first began with `{`: where to go on if the value turns out broken.
    pub restart: Option<usize>,
    /// Where the value was found to end, while what follows it is awaited.
    pub ended: Option<usize>,
    depth: u32,
    /// One bit for each of the innermost 128 containers: set for an array.
    arrays: u128,
    in_string: bool,
    /// The last significant byte before bytes that were let go.
    before: u8,
}

/// What a scan came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The value ends at this offset.
    Ends(usize),
    /// The value is broken; the next begins at this offset.
    Broken(usize),
    /// It does not end in what is at hand.
    More,
}

impl Scan {
    /// Scans on; `bytes` begins at the value's first byte, or where it was let go.
    pub fn step(&mut self, bytes: &[u8], last: bool) -> Step {
        if *self == Scan::default()
            && let Some(end) = quick_end(bytes)
        {
            self.at = end;
            return Step::Ends(end);
        }
        while self.at < bytes.len() {
            let step = if self.in_string {
                self.string(bytes, last)
            } else {
                self.structure(bytes, last)
            };
            if let Some(step) = step {
                return step;
            }
        }
        Step::More
    }

    /// Lets go of the first bytes: the next call's bytes begin behind them.
    pub fn forget(&mut self, used: usize) {
        self.at -= used;
        self.restart = None;
    }

    fn string(&mut self, bytes: &[u8], last: bool) -> Option<Step> {
        let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', &bytes[self.at..]) else {
            self.at = bytes.len();
            return None;
        };
        let at = self.at + found;
        match bytes[at] {
            b'"' => {
                self.at = at + 1;
                self.in_string = false;
                self.before = b'"';
                (self.depth == 0).then_some(Step::Ends(at + 1))
            }
            b'\\' => {
                if at + 1 >= bytes.len() && !last {
                    self.at = at;
                    return Some(Step::More);
                }
                // A line end is no part of an escape: it is looked at for itself.
                let escaped = usize::from(bytes.get(at + 1).is_some_and(|byte| *byte != b'\n'));
                self.at = at + 1 + escaped;
                None
            }
            _ => self.line_end(at, bytes, last),
        }
    }

    fn structure(&mut self, bytes: &[u8], last: bool) -> Option<Step> {
        for (offset, byte) in bytes[self.at..].iter().enumerate() {
            let at = self.at + offset;
            match byte {
                b'"' => {
                    self.in_string = true;
                    self.at = at + 1;
                    return None;
                }
                b'{' | b'[' => {
                    self.depth += 1;
                    self.arrays = self.arrays << 1 | u128::from(*byte == b'[');
                    self.before = *byte;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.arrays >>= 1;
                    self.before = *byte;
                    if self.depth == 0 {
                        self.at = at + 1;
                        return Some(Step::Ends(at + 1));
                    }
                }
                b'\n' => return self.line_end(at, bytes, last),
                b' ' | b'\t' | b'\r' => {}
                other => self.before = *other,
            }
        }
        self.at = bytes.len();
        None
    }

    /// A line ends at `at`: is the next one the start of another value?
    fn line_end(&mut self, at: usize, bytes: &[u8], last: bool) -> Option<Step> {
        let Some(next) = bytes.get(at + 1) else {
            self.at = if last { bytes.len() } else { at };
            return Some(Step::More);
        };
        self.at = at + 1;
        if *next != b'{' || self.depth == 0 && !self.in_string {
            return None;
        }
        self.restart = self.restart.or(Some(at + 1));
        let may_stand = !self.in_string
            && match self.before {
                b'[' | b':' => true,
                b',' => self.arrays & 1 == 1,
                _ => false,
            };
        (!may_stand).then_some(Step::Broken(at + 1))
    }
}

/// Where an object or array ends that is all on one line, by whole blocks; `None` where it is not,
/// where it does not end in them, and where anything is odd.
fn quick_end(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.first()?, b'{' | b'[') {
        return None;
    }
    let (mut depth, mut in_string, mut escaped_next) = (0_u32, 0_u64, 0_u64);
    for (n_blocks, block) in bytes.as_chunks::<64>().0.iter().enumerate() {
        let marks = blocks::marks(block);
        let quotes = marks.quotes & !escaped(marks.escapes, &mut escaped_next);
        let strings = up_to_each(quotes) ^ in_string;
        in_string = if strings >> 63 == 1 { u64::MAX } else { 0 };
        let (opens, closes) = (marks.opens & !strings, marks.closes & !strings);
        if marks.escapes & !strings == 0 && marks.lines == 0 && depth > closes.count_ones() {
            depth = depth + opens.count_ones() - closes.count_ones();
            continue;
        }
        let odd = (marks.escapes & !strings) | marks.lines;
        let mut brackets = opens | closes;
        while brackets != 0 {
            let bit = brackets & brackets.wrapping_neg();
            if odd & (bit - 1) != 0 {
                return None;
            }
            if opens & bit != 0 {
                depth += 1;
            } else {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(64 * n_blocks + bit.trailing_zeros() as usize + 1);
                }
            }
            brackets &= brackets - 1;
        }
        if odd != 0 {
            return None;
        }
    }
    None
}

/// Which bytes an escape before them takes the meaning from; `next` carries into the next block.
fn escaped(escapes: u64, next: &mut u64) -> u64 {
    if escapes == 0 {
        return std::mem::take(next);
    }
    // Runs of an odd number of escapes: add up, so that each run carries out behind its end.
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let escapes = escapes & !*next;
    let follow = escapes << 1 | *next;
    let odd_starts = escapes & !EVEN & !follow;
    let (sum, over) = odd_starts.overflowing_add(escapes);
    *next = u64::from(over);
    (EVEN ^ (sum << 1)) & follow
}

/// For each bit, whether an odd number of bits is set up to it.
fn up_to_each(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// The name of a member and the offset of its value's first byte; `None` where `head` ends first.
pub(crate) fn key(head: &[u8]) -> Option<(&str, usize)> {
    let mut scan = Scan::default();
    let Step::Ends(end) = scan.step(head, false) else {
        return None;
    };
    let name = std::str::from_utf8(head.get(1..end - 1)?).unwrap_or("");
    let mut at = end;
    while matches!(head.get(at)?, b' ' | b'\t' | b'\r' | b'\n' | b':') {
        at += 1;
    }
    Some((name, at))
}

/// The length of a value that begins `bytes`; `None` where they end first.
pub(crate) fn value(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.first()?, b'{' | b'[' | b'"') {
        return bytes
            .iter()
            .position(|byte| matches!(byte, b',' | b'}' | b']'));
    }
    match Scan::default().step(bytes, false) {
        Step::Ends(end) | Step::Broken(end) => Some(end),
        Step::More => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the scan says that looks at one byte after the other.
    fn slowly(bytes: &[u8]) -> Step {
        let mut scan = Scan {
            restart: Some(0),
            ..Scan::default()
        };
        scan.step(bytes, true)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn the_quick_end_is_the_end(
            parts in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", "\"", "\"", "\\", "\\\"", ",", ":", "word", "\n", "\n{", " ",
                "a longer piece of text that fills most of a block of bytes",
            ]), 0..60),
        ) {
            let bytes = format!("{{\"a\":[{}", parts.concat()).into_bytes();
            if let Some(end) = quick_end(&bytes) {
                prop_assert_eq!(slowly(&bytes), Step::Ends(end));
            }
            let sound = br#"{"a":"x\\\"{","b":[{"c":1},{}],"text":"long enough for a second block"}  "#;
            prop_assert_eq!(quick_end(&[&sound[..], &bytes[..], &[b' '; 64]].concat()), Some(sound.len() - 2));
        }
    }
}
