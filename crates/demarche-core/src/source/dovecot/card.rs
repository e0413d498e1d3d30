//! What the log of Dovecot says of itself.

use crate::vocab::card::{Card, Stream};

/// The card.
pub const CARD: Card = Card {
    name: "dovecot",
    title: "the log of Dovecot",
    spec: "doc.dovecot.org: logging, list of events, event reasons (read 2026-11-22); 2.2 to 2.4",
    streams: &[Stream::ItemAccess, Stream::Mailbox, Stream::SignInSummary],
    delay_minutes_max: 0,
    retention: &[],
    row_caps: &[],
    export: "the files of log_path and info_log_path, or the system's mail log, with all that were rotated away",
    realm: "",
    needed_for: "",
    cannot_tell: &[
        "Messages are named by folder and number (uid) only; which message had the number is for the mail store to say.",
        "Which messages were fetched is on record only where mail_opened events are exported (event_exporter and metric in the configuration); without them a log line counts bodies and names none: they are presumed.",
        "A message that only had its headers, flags or size fetched is not told as read; a search that opened messages on the server is not either.",
        "Which token was shown is on record only where the configuration puts it on the login line (login_log_format_elements).",
        "Mail read by other ways (on the server's disk, in backups, through an administrator's commands) is not in it.",
    ],
    splits: false,
    relays: &[],
};
