//! Local pages over finished cases: 127.0.0.1 alone, without script.
//!
//! Invariants: nothing answers without the random token of this run in its path, and a Host that
//! is ours; nothing changes without an Origin that is ours; no page loads anything from outside;
//! every value of a log is text.

pub mod cases;
pub mod determine;
pub mod exposures;
pub mod http;
pub mod page;
pub mod read;
pub mod record;
pub mod sessions;
pub mod site;
#[cfg(feature = "sql")]
mod sql;
pub mod tables;

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};
use crate::serve::site::Site;

/// The most requests answered at once; more wait in the kernel's queue.
const AT_ONCE_MOST: usize = 16;

/// Serves the cases until the program is ended.
///
/// # Errors
/// A folder that is no case, a port that is taken.
pub fn serve(dirs: Vec<PathBuf>, port: u16, said: &mut dyn FnMut(&str)) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|cause| {
        Error::run(format!("cannot listen on 127.0.0.1:{port}"))
            .because(&cause)
            .hint("leave --port away, and a free one is taken")
    })?;
    let port = listener
        .local_addr()
        .map_err(|cause| Error::run("cannot listen on 127.0.0.1").because(&cause))?
        .port();
    let site = Arc::new(Site::open(dirs, port, token()?)?);
    said(&site.address());
    let busy = Arc::new(AtomicUsize::new(0));
    for connection in listener.incoming().flatten() {
        while busy.load(Ordering::Acquire) >= AT_ONCE_MOST {
            std::thread::yield_now();
        }
        busy.fetch_add(1, Ordering::AcqRel);
        let (site, place) = (Arc::clone(&site), Place(Arc::clone(&busy)));
        std::thread::spawn(move || {
            let _place = place;
            // A connection that breaks is the browser's business; the next one is answered.
            let _ = http::answer(connection, |request| site.answer(request));
        });
    }
    Ok(())
}

/// One of the requests answered at once; given back however its answer ends.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// 128 random bits, in hex: who does not know them sees nothing.
fn token() -> Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|cause| Error::run(format!("the system gives no random numbers: {cause}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
