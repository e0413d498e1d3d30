//! Finds where a JSON value ends, over any number of windows, without reading it.
//!
//! Only quotes, brackets and line ends are looked at. A value cut short is noticed where a line
//! begins with `{` although no value may stand there: inside a string, or behind anything but
//! `[`, `:` and, in an array, a comma.

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
