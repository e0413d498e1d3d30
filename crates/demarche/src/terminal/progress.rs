//! A progress bar on standard error: bytes, rate, time left.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar of one stage; draws nothing when asked to be quiet or when nobody is looking.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar over bytes.
    pub fn bytes(stage: &str, quiet: bool) -> Bar {
        let hidden = quiet || !std::io::stderr().is_terminal();
        let target = if hidden {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(8)
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let template = "{msg:<9} [{bar:20}] {bytes:>10} of {total_bytes:<10} {bytes_per_sec:>12} {eta:>4} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(stage.to_owned());
        Bar(bar)
    }

    /// Says how much there is.
    pub fn total(&self, bytes: u64) {
        self.0.set_length(bytes);
    }

    /// Says how much more was done.
    pub fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    /// Takes the bar away.
    pub fn done(&self) {
        self.0.finish_and_clear();
    }
}
