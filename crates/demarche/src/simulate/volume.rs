//! Writes one big audit log for benchmarks, in constant memory.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::simulate::options::{Options, SignInForm};
use crate::simulate::sink::Stream;
use crate::simulate::tenant::Tenant;
use crate::simulate::world::World;
use crate::simulate::{act, service};

/// Bytes of records that are held before they are written.
const HELD: usize = 8 << 20;
/// Records of one person and their mailbox on an average day; decides how many people there are.
const DAILY: u64 = 24;

/// Writes `n_records` audit records as JSON lines; returns the bytes written.
///
/// # Errors
/// When the file cannot be written.
pub fn write(options: &Options, n_records: u64, path: &Path) -> io::Result<u64> {
    let people = (n_records / DAILY / u64::from(options.days.max(1))).clamp(4, 1_000_000) as u32;
    let options = Options {
        people,
        sign_in_form: SignInForm::None,
        ..options.clone()
    };
    let mut world = World::new(Tenant::new(&options));
    let mut out = Out {
        file: BufWriter::with_capacity(1 << 20, File::create(path)?),
        left: n_records,
        n_bytes: 0,
    };
    for day in 0_i64.. {
        for mailbox in 0..world.tenant.mailboxes.len() {
            if mailbox < world.tenant.people.len() {
                act::day(&mut world, mailbox, day);
            }
            service::mailbox_day(&mut world, mailbox, day);
            if world.sink.n_bytes() > HELD {
                out.drain(&mut world)?;
            }
        }
        service::day(&mut world, day);
        out.drain(&mut world)?;
        if out.left == 0 {
            break;
        }
    }
    out.file.flush()?;
    Ok(out.n_bytes)
}

struct Out {
    file: BufWriter<File>,
    left: u64,
    n_bytes: u64,
}

impl Out {
    /// Writes what is held, in no order: exports of this size are not sorted either (semantics §1.3).
    fn drain(&mut self, world: &mut World) -> io::Result<()> {
        for entry in world
            .sink
            .entries()
            .iter()
            .filter(|entry| entry.stream == Stream::Audit)
        {
            if self.left == 0 {
                break;
            }
            let body = world.sink.body(entry);
            self.file.write_all(body)?;
            self.file.write_all(b"\n")?;
            self.left -= 1;
            self.n_bytes += body.len() as u64 + 1;
        }
        world.sink.clear();
        Ok(())
    }
}
