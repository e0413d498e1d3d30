//! Decoded bytes with room before them for what the last block left over.

use std::ops::Deref;

/// Bytes kept free before those of a block: what is left of a record is nearly always shorter.
const ROOM: usize = 64 << 10;

/// Bytes of a source that are not cut yet, or a block of them.
#[derive(Debug, Default)]
pub(crate) struct Window {
    bytes: Vec<u8>,
    /// Where they begin.
    start: usize,
}

impl Deref for Window {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

impl Window {
    /// So many bytes to be written over, with room before them. What a window of this size held
    /// stays in it: clearing it would cost as much as reading.
    pub fn begin(&mut self, n: usize) -> &mut [u8] {
        self.bytes.resize(ROOM + n, 0);
        self.start = ROOM;
        &mut self.bytes[ROOM..]
    }

    /// Keeps the first bytes only.
    pub fn truncate(&mut self, n: usize) {
        self.bytes.truncate(self.start + n);
    }

    /// Passes over the first bytes.
    pub fn pass(&mut self, n: usize) {
        self.start += n;
        assert!(self.start <= self.bytes.len(), "no more than there is");
    }

    /// What is left, in a window of its own.
    pub fn rest(&self, from: usize) -> Window {
        Window {
            bytes: self[from..].to_vec(),
            start: 0,
        }
    }

    /// Adds a block behind; returns what may be written over. The block stays where it is and what
    /// was left is put before it, where there is room.
    pub fn add(&mut self, mut block: Window) -> Window {
        match block.start.checked_sub(self.len()) {
            Some(start) => {
                block.bytes[start..block.start].copy_from_slice(self);
                block.start = start;
                std::mem::replace(self, block)
            }
            None => {
                self.bytes.drain(..self.start);
                self.start = 0;
                self.bytes.extend_from_slice(&block);
                block
            }
        }
    }

    /// Bytes that it takes, free ones included.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(n: usize, byte: u8) -> Window {
        let mut block = Window::default();
        block.begin(n).fill(byte);
        block
    }

    #[test]
    fn blocks_stand_behind_what_is_left_whether_there_is_room_before_them_or_not() {
        for left in [0, 3, ROOM, ROOM + 1] {
            let mut window = block(left + 5, 1);
            window.pass(5);
            let spare = window.add(block(10, 2));
            assert_eq!(window[..left], vec![1; left]);
            assert_eq!(window[left..], [2; 10]);
            assert_eq!(window.rest(left)[..], [2; 10]);
            assert!(spare.capacity() > 0);
        }
    }

    #[test]
    fn a_window_is_begun_again_at_another_length() {
        let mut window = block(10, 1);
        window.truncate(4);
        window.pass(2);
        assert_eq!(window[..], [1, 1]);
        assert_eq!(window.begin(7).len(), 7);
        assert_eq!(window.len(), 7);
    }
}
