//! What an entry says of the program and the time.

use std::sync::OnceLock;

use demarche_core::vocab::moment::Moment;
use demarche_evidence::hash::Hasher;

/// SHA-256 of the program's own file in hex, or `unknown`.
pub fn build() -> &'static str {
    static BUILD: OnceLock<String> = OnceLock::new();
    BUILD.get_or_init(|| own_digest().unwrap_or_else(|_| "unknown".to_owned()))
}

fn own_digest() -> std::io::Result<String> {
    let mut file = std::fs::File::open(std::env::current_exe()?)?;
    let mut hasher = Hasher::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let n = std::io::Read::read(&mut file, &mut block)?;
        if n == 0 {
            return Ok(hasher.finish().to_string());
        }
        hasher.update(&block[..n]);
    }
}

/// The time of this machine's clock, to the second; a claim, never evidence.
pub fn now() -> String {
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since_epoch.as_secs()).unwrap_or_default();
    Moment {
        micros: seconds.saturating_mul(1_000_000),
        ..Moment::default()
    }
    .to_string()
}
