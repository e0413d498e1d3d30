//! Mailboxes and their messages: a message is a number, everything about it follows.

use crate::simulate::guid::Guid;
use crate::simulate::random::{Random, mix};
use crate::simulate::tenant::path;

/// A mailbox and the growing row of messages in it.
#[derive(Debug)]
pub struct Mailbox {
    /// User principal name of the owner, as Exchange spells it.
    pub owner: String,
    /// Name without the domain.
    pub alias: String,
    /// Its identifier.
    pub id: Guid,
    /// Object id of its owner in the directory.
    pub object_id: Guid,
    /// The short numeric name that older services know its owner by.
    pub puid: String,
    /// Security identifier of its owner.
    pub security: String,
    /// The server it lives on, e.g. `VI1PR04MB5056`.
    pub server: String,
    /// Messages in it before the logs begin.
    pub stock: u64,
    /// Messages that arrive on a day.
    pub daily: u64,
    /// People who may read it besides its owner.
    pub delegates: Vec<u32>,
    key: u64,
    prefix: String,
}

/// Folder paths; a message's folder is an index into them.
pub const FOLDERS: [&str; 8] = [
    "\\Inbox",
    "\\Sent Items",
    "\\Archive",
    "\\Inbox\\Projects",
    "\\Inbox\\Newsletters",
    "\\Drafts",
    "\\Deleted Items",
    "\\Calendar",
];

const SUBJECTS: [&str; 24] = [
    "Quarterly plan",
    "Re: Budget",
    "Minutes of the meeting",
    "Travel to the conference",
    "Contract draft",
    "Re: Contract draft",
    "Invoice attached",
    "Lunch on Thursday?",
    "Weekly digest",
    "Your parcel is on its way",
    "Security training reminder",
    "Board papers",
    "Re: Delegation visit",
    "Draft statement",
    "Interview schedule",
    "Access request approved",
    "Team offsite",
    "Réunion de mardi",
    "Figures for the report",
    "Out of office next week",
    "New joiner on Monday",
    "Re: Re: Figures for the report",
    "Press enquiry",
    "Maintenance window",
];

const SENDERS: [&str; 6] = [
    "mail.gmail.com",
    "news.vendor.example",
    "notify.courier.example",
    "partner.example",
    "lists.trade.example",
    "bank.example",
];

/// Numbers from here on are messages that the owner sent.
pub const SENT_FROM: u64 = 1 << 30;
/// How often messages go to everybody: one in so many.
const EVERYBODY_EVERY: u64 = 37;

impl Mailbox {
    /// A mailbox of the tenant with the given seed; `number` counts them.
    #[must_use]
    pub fn new(seed: u64, number: u64, names: (String, String, String)) -> Self {
        let mut random = Random::new(seed, &[path::MAILBOX, number]);
        let (owner, alias, security) = names;
        let server = format!("VI1PR04MB{}", 1000 + random.below(9000));
        let mut prefix = String::from("AAAA");
        push_base64(&mut prefix, &[random.draw(), random.draw()], 20);
        Self {
            owner,
            alias,
            id: random.guid(),
            object_id: random.guid(),
            puid: format!("1003200{:09X}", random.below(1 << 36)),
            security,
            server,
            stock: 400 + random.below(6000),
            daily: 15 + random.below(50),
            delegates: Vec::new(),
            key: random.draw(),
            prefix,
        }
    }

    /// Messages in it at the start of a day, counted from the first.
    #[must_use]
    pub fn messages_on(&self, day: i64) -> u64 {
        self.stock + self.daily * day.max(0).unsigned_abs()
    }

    /// The internet message id of message `number`, with its angle brackets.
    pub fn write_message_id(&self, seed: u64, number: u64, out: &mut String) {
        use std::fmt::Write as _;
        // What goes to everybody has one id in all mailboxes.
        let everybody = number.is_multiple_of(EVERYBODY_EVERY) && number < SENT_FROM;
        let key = if everybody { seed } else { self.key };
        let (a, b) = (mix(key, number), mix(key ^ 0xabcd, number));
        out.clear();
        let own = number >= SENT_FROM;
        let result = if everybody || own || a % 10 < 7 {
            let server = if everybody {
                "VI1PR04MB1000"
            } else {
                self.server.as_str()
            };
            write!(
                out,
                "<{server}{a:016X}{:06X}@{server}.eurprd04.prod.outlook.com>",
                b & 0xff_ffff
            )
        } else {
            let sender = SENDERS[(b % SENDERS.len() as u64) as usize];
            write!(out, "<{a:016x}.{:08x}@{sender}>", b >> 32)
        };
        debug_assert!(result.is_ok(), "writing to a String cannot fail");
    }

    /// The internet message id of message `number`.
    #[must_use]
    pub fn message_id(&self, seed: u64, number: u64) -> String {
        let mut out = String::with_capacity(90);
        self.write_message_id(seed, number, &mut out);
        out
    }

    /// The folder of message `number`, an index into [`FOLDERS`].
    #[must_use]
    pub fn folder(&self, number: u64) -> usize {
        match mix(self.key, number ^ 0xf01d) % 100 {
            0..=71 => 0,
            72..=84 => 1,
            85..=90 => 2,
            91..=95 => 3,
            _ => 4,
        }
    }

    /// Its size in bytes.
    #[must_use]
    pub fn size(&self, number: u64) -> i64 {
        let n = mix(self.key, number ^ 0x512e);
        let base = 4_000 + (n % 90_000) as i64;
        if n >> 61 == 0 { base * 23 } else { base }
    }

    /// Its subject.
    #[must_use]
    pub fn subject(&self, number: u64) -> &'static str {
        SUBJECTS[(mix(self.key, number ^ 0x5b) % SUBJECTS.len() as u64) as usize]
    }

    /// The store's identifier of a folder.
    #[must_use]
    pub fn folder_id(&self, folder: usize) -> String {
        let tail = [
            "EMAAAB", "EJAAAB", "FPAAAB", "GQAAAB", "HRAAAB", "EPAAAB", "EKAAAB", "ENAAAC",
        ];
        format!(
            "LgAAAA{}AQ{}AAAA{}",
            self.prefix,
            &self.prefix[4..],
            tail[folder % tail.len()]
        )
    }

    /// The store's identifier of a message.
    pub fn write_item_id(&self, number: u64, out: &mut String) {
        out.clear();
        out.push_str("RgAAAA");
        out.push_str(&self.prefix);
        out.push_str("Bw");
        out.push_str(&self.prefix[4..]);
        out.push_str("AAAAAAEMAAAA");
        push_base64(out, &[mix(self.key, number)], 8);
        out.push_str("AAAJ");
    }
}

fn push_base64(out: &mut String, numbers: &[u64], n_characters: usize) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for i in 0..n_characters {
        let number = numbers[i / 10 % numbers.len()];
        out.push(char::from(
            ALPHABET[(number >> (6 * (i % 10)) & 63) as usize],
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::Mailbox;
    use std::collections::BTreeSet;

    #[test]
    fn message_ids_differ_within_a_mailbox_and_some_are_shared_between_two() {
        let names = |n: &str| (n.to_owned(), n.to_owned(), n.to_owned());
        let one = Mailbox::new(7, 0, names("a"));
        let two = Mailbox::new(7, 1, names("b"));
        let ids: BTreeSet<String> = (0..5000).map(|n| one.message_id(7, n)).collect();
        assert_eq!(ids.len(), 5000);
        let shared = (0..5000)
            .filter(|&n| ids.contains(&two.message_id(7, n)))
            .count();
        assert_eq!(shared, 5000 / 37 + 1);
    }
}
