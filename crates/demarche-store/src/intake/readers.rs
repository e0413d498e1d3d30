//! Readers beside the cutter: batches go out to threads and come back in order.
//!
//! What comes back does not depend on how many readers there are: batches are taken in the order
//! in which they were handed out, and one that was read with a wrong guess of the form before it
//! is read again.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use demarche_core::source::Form;

use crate::intake::batch::{Batch, Reading};
use crate::intake::watch::Watch;
use crate::spill::fingerprint::CopyKey;
use crate::spill::rows::Rows;

/// Batches that one reader may be behind, the one it reads included.
const BATCHES_EACH: usize = 4;

/// Bytes that may wait for readers, unless one batch alone has more.
const BYTES_MAX: usize = 32 << 20;

/// One reader: where batches go in, with room to read in, and where they come out.
struct Reader {
    batches: SyncSender<(Batch, Rows)>,
    readings: Receiver<Reading>,
}

/// The readers and what they were handed.
pub(crate) struct Readers {
    readers: Vec<Reader>,
    /// Batches handed out and taken back so far.
    n_out: usize,
    n_back: usize,
    bytes_out: usize,
    room: Vec<Rows>,
    copy_key: CopyKey,
    watch: Option<Arc<dyn Watch>>,
}

impl Readers {
    /// Starts one reader for each processor that is there.
    pub fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        copy_key: CopyKey,
        watch: Option<&Arc<dyn Watch>>,
    ) -> Readers {
        let n = std::thread::available_parallelism().map_or(1, usize::from);
        let readers = (0..n).map(|_| {
            let (batches, handed) = sync_channel::<(Batch, Rows)>(BATCHES_EACH);
            let (read, readings) = sync_channel(BATCHES_EACH);
            let watch = watch.cloned();
            scope.spawn(move || {
                for (batch, room) in handed {
                    if read
                        .send(Reading::of(batch, room, watch.as_deref()))
                        .is_err()
                    {
                        break;
                    }
                }
            });
            Reader { batches, readings }
        });
        Readers {
            readers: readers.collect(),
            n_out: 0,
            n_back: 0,
            bytes_out: 0,
            room: Vec::new(),
            copy_key,
            watch: watch.cloned(),
        }
    }

    /// Whether a batch of so many bytes has to wait until another one is back.
    pub fn are_full(&self, bytes: usize) -> bool {
        let n = self.n_out - self.n_back;
        n > 0
            && (n >= self.readers.len() * BATCHES_EACH
                || self.bytes_out.saturating_add(bytes) > BYTES_MAX)
    }

    /// Hands out a batch.
    pub fn hand(&mut self, batch: Batch) {
        let room = self.room.pop();
        let room = room.unwrap_or_else(|| Rows::new(self.copy_key));
        self.bytes_out += batch.window.len();
        let reader = self.n_out % self.readers.len();
        self.n_out += 1;
        // A reader that is gone has panicked; the scope that it runs in says so.
        let _ = self.readers[reader].batches.send((batch, room));
    }

    /// The next batch in order, once it is read; `None` where none is out.
    pub fn next(&mut self, form: &'static Form) -> Option<Reading> {
        if self.n_back == self.n_out {
            return None;
        }
        let reader = self.n_back % self.readers.len();
        self.n_back += 1;
        let reading = self.readers[reader].readings.recv().ok()?;
        self.bytes_out -= reading.batch.window.len();
        let same = std::ptr::eq(reading.batch.form, form);
        Some(if same {
            reading
        } else {
            reading.again(form, self.watch.as_deref())
        })
    }

    /// Takes back room that is no longer used.
    pub fn spare(&mut self, rows: Rows) {
        self.room.push(rows);
    }
}
