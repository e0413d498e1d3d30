//! What an inventory says of the messages reached: subject, parties, sizes, the user's classes.
//!
//! Classes are the user's own words: nothing here infers one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use demarche_core::brief::phrase::{capital, count, grouped};

use crate::view::View;
use crate::view::rows::{self, Records};

/// What an inventory says of one message in one mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Its subject.
    pub subject: String,
    /// Who sent it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// When it was sent, as the inventory writes it.
    pub sent: String,
    /// Its size, as the inventory writes it.
    pub size: String,
    /// Names of its attachments.
    pub attachments: String,
    /// Columns that are the user's own, in the order of the inventory's header.
    pub own: Vec<String>,
}

/// An inventory: message trace, mailbox or eDiscovery listing, or the user's own table.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The user's own columns.
    pub own: Vec<String>,
    /// Items by mailbox (empty where the inventory has no such column) and bare message id.
    items: BTreeMap<(String, String), Item>,
    /// Items by mailbox and folder.
    folders: BTreeMap<(String, String), u64>,
    /// Rows without a message id.
    pub n_without_id: u64,
}

/// What a column of an inventory holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Mailbox,
    Id,
    Subject,
    From,
    To,
    Sent,
    Size,
    Attachments,
    Folder,
    Own,
}

/// Names of columns as message traces, eDiscovery exports and people write them.
fn meaning(column: &str) -> Meaning {
    let plain: String = column
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    match plain.as_str() {
        "mailbox" | "mailboxowner" | "owner" | "custodian" | "primarysmtpaddress" | "store" => {
            Meaning::Mailbox
        }
        "messageid" | "internetmessageid" | "item" => Meaning::Id,
        "subject" | "messagesubject" | "subjecttitle" | "title" => Meaning::Subject,
        "from" | "sender" | "senderaddress" | "sendername" | "senderorcreatedby" => Meaning::From,
        "to" | "recipients" | "recipientaddress" | "recipient" | "recipientstatus"
        | "recipientsintoline" => Meaning::To,
        "sent" | "received" | "date" | "datesent" | "origintimestamputc" | "senttime" => {
            Meaning::Sent
        }
        "size" | "totalbytes" | "sizebytes" | "sizeinbytes" => Meaning::Size,
        "attachments" | "attachmentnames" | "attachmentname" => Meaning::Attachments,
        "folder" | "folderpath" | "foldername" | "container" => Meaning::Folder,
        _ => Meaning::Own,
    }
}

/// A message id without its brackets.
fn bare(id: &str) -> &str {
    let id = id.trim();
    id.strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(id)
}

/// The text of a file: UTF-8, or UTF-16 with a byte order mark, as message traces are delivered.
pub fn decoded(bytes: &[u8]) -> String {
    let wide = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| of([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

impl Inventory {
    /// Reads an inventory; why not, where it names no message id.
    ///
    /// # Errors
    /// A sentence that says what is missing.
    pub fn read(text: &str) -> Result<Inventory, String> {
        let mut records = Records::of(text);
        let header = rows::cells(records.next().unwrap_or_default());
        let meanings: Vec<Meaning> = header.iter().map(|column| meaning(column)).collect();
        if !meanings.contains(&Meaning::Id) {
            return Err("no column holds message ids".to_owned());
        }
        let own = header
            .iter()
            .zip(&meanings)
            .filter(|(_, meaning)| **meaning == Meaning::Own)
            .map(|(name, _)| name.clone().into_owned());
        let mut inventory = Inventory {
            own: own.collect(),
            ..Inventory::default()
        };
        let has_mailbox = meanings.contains(&Meaning::Mailbox);
        for record in records {
            let cells = rows::cells(record);
            if cells.iter().all(|cell| cell.is_empty()) {
                continue;
            }
            let cells = cells.into_iter().map(Cow::into_owned).collect();
            inventory.row(cells, &meanings, has_mailbox);
        }
        Ok(inventory)
    }

    fn row(&mut self, cells: Vec<String>, meanings: &[Meaning], has_mailbox: bool) {
        let (mut item, mut id) = (Item::default(), String::new());
        let (mut mailboxes, mut folder) = (Vec::new(), String::new());
        for (cell, meaning) in cells.into_iter().zip(meanings) {
            match meaning {
                Meaning::Mailbox => mailboxes.push(cell.trim().to_lowercase()),
                Meaning::Id => id = bare(&cell).to_owned(),
                Meaning::Subject => item.subject = cell,
                Meaning::From => item.from = cell,
                Meaning::To => item.to = cell,
                Meaning::Sent => item.sent = cell,
                Meaning::Size => item.size = cell,
                Meaning::Attachments => item.attachments = cell,
                Meaning::Folder => folder = cell,
                Meaning::Own => item.own.push(cell),
            }
        }
        if id.is_empty() {
            self.n_without_id += 1;
            return;
        }
        // A message trace has no mailbox: the message lies in those of its sender and recipients.
        if !has_mailbox {
            let parties = item.from.split([';', ',']).chain(item.to.split([';', ',']));
            let parties = parties.map(|party| party.split("##").next().unwrap_or(party));
            mailboxes = parties
                .map(|party| party.trim().trim_matches(['<', '>']).to_lowercase())
                .filter(|party| party.contains('@'))
                .collect();
            if mailboxes.is_empty() {
                mailboxes.push(String::new());
            }
        }
        for mailbox in mailboxes {
            if !folder.is_empty() {
                *self
                    .folders
                    .entry((mailbox.clone(), tail(&folder).to_lowercase()))
                    .or_default() += 1;
            }
            self.items
                .entry((mailbox, id.clone()))
                .or_insert_with(|| item.clone());
        }
    }

    /// What it says of a message: in this mailbox, else of one that it gives no mailbox for.
    pub fn item(&self, mailbox: &str, id: &str) -> Option<&Item> {
        let key = |mailbox: String| (mailbox, bare(id).to_owned());
        self.items
            .get(&key(mailbox.to_lowercase()))
            .or_else(|| self.items.get(&key(String::new())))
    }
}

/// The last part of a folder's path.
fn tail(folder: &str) -> &str {
    folder.rsplit(['\\', '/']).next().unwrap_or(folder)
}

/// Items of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// `hostile` or `suspect`.
    pub verdict: String,
    /// The user's column.
    pub column: String,
    /// The user's value.
    pub value: String,
    /// Distinct items that records name.
    pub certain: u64,
    /// Distinct items presumed.
    pub presumed: u64,
}

/// One exposed item with what an inventory says of it.
#[derive(Clone, Debug)]
pub struct JoinedItem {
    /// `hostile` or `suspect`.
    pub verdict: String,
    /// `certain` or `presumed`: the surest of its sessions.
    pub grade: String,
    /// The mailbox.
    pub store: String,
    /// The message.
    pub id: String,
    /// Folder it was reached in.
    pub container: String,
    /// Sessions that reached it.
    pub sessions: BTreeSet<String>,
    /// First time it was reached.
    pub first: String,
    /// What the inventory says; none where it does not name it.
    pub item: Option<Item>,
}

/// Exposed items beside an inventory.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    /// In words.
    pub sentences: Vec<String>,
    /// Totals per class.
    pub classes: Vec<Class>,
    /// Every distinct item.
    pub items: Vec<JoinedItem>,
    /// The user's own columns.
    pub own: Vec<String>,
}

/// Every distinct (verdict, store, item) of a view, without an inventory.
pub fn distinct(view: &View) -> Vec<JoinedItem> {
    let mut items: BTreeMap<(&str, &str, &str), JoinedItem> = BTreeMap::new();
    for row in view.exposures.iter().filter(|row| !row.item.is_empty()) {
        let key = (row.verdict.as_str(), row.store.as_str(), bare(&row.item));
        let item = items.entry(key).or_insert_with(|| JoinedItem {
            verdict: row.verdict.clone(),
            grade: row.grade.clone(),
            store: row.store.clone(),
            id: row.item.clone(),
            container: row.container.clone(),
            sessions: BTreeSet::new(),
            first: row.first.clone(),
            item: None,
        });
        item.sessions.insert(row.session.clone());
        if row.first < item.first {
            item.first.clone_from(&row.first);
        }
        if row.grade == "certain" {
            item.grade = "certain".to_owned();
        }
    }
    items.into_values().collect()
}

/// Joins the exposed items of a view with an inventory.
pub fn join(view: &View, inventory: &Inventory) -> Joined {
    let mut items = distinct(view);
    for item in &mut items {
        item.item = inventory.item(&item.store, &item.id).cloned();
    }
    let n_matched = items.iter().filter(|item| item.item.is_some()).count();
    let mut sentences = vec![format!(
        "Of {} exposed {} the inventory names {}; {} it does not name keep their ids alone.",
        grouped(items.len() as u64),
        if items.len() == 1 { "item" } else { "items" },
        grouped(n_matched as u64),
        grouped((items.len() - n_matched) as u64),
    )];
    if inventory.n_without_id > 0 {
        sentences.push(format!(
            "{} of the inventory without a message id could not be used.",
            capital(&count(inventory.n_without_id, "row", "rows"))
        ));
    }
    sentences.extend(populations(view, inventory));
    Joined {
        classes: classes(&items, &inventory.own),
        own: inventory.own.clone(),
        items,
        sentences,
    }
}

/// How many items an inventory counts in folders that are presumed as a whole.
fn populations(view: &View, inventory: &Inventory) -> Vec<String> {
    let whole = view.exposures.iter().filter(|row| row.item.is_empty());
    let folders: BTreeSet<(&str, &str)> = whole
        .map(|row| (row.store.as_str(), row.container.as_str()))
        .collect();
    folders
        .into_iter()
        .filter_map(|(store, folder)| {
            let key = (store.to_lowercase(), tail(folder).to_lowercase());
            let n = inventory.folders.get(&key)?;
            Some(format!(
                "{folder} of {store}, presumed as a whole, holds {} in the inventory, at the date of the inventory.",
                count(*n, "item", "items")
            ))
        })
        .collect()
}

/// Totals per class of the user's columns that begin with `data_`.
pub fn classes(items: &[JoinedItem], own: &[String]) -> Vec<Class> {
    let mut sums: BTreeMap<(&str, usize, &str), (u64, u64)> = BTreeMap::new();
    for item in items {
        let Some(known) = &item.item else { continue };
        let values = known.own.iter().enumerate();
        for (place, value) in values.filter(|(place, _)| is_class(&own[*place])) {
            let sum = sums.entry((&item.verdict, place, value)).or_default();
            match item.grade.as_str() {
                "certain" => sum.0 += 1,
                _ => sum.1 += 1,
            }
        }
    }
    sums.into_iter()
        .map(|((verdict, place, value), (certain, presumed))| Class {
            verdict: verdict.to_owned(),
            column: own[place].clone(),
            value: if value.is_empty() { "(empty)" } else { value }.to_owned(),
            certain,
            presumed,
        })
        .collect()
}

/// Whether a user's column is one that totals are wanted of.
fn is_class(column: &str) -> bool {
    column.to_lowercase().starts_with("data_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Exposure;

    fn view(rows: &[(&str, &str, &str)]) -> View {
        let exposures = rows.iter().map(|(store, item, grade)| Exposure {
            session: "S-1".to_owned(),
            verdict: "hostile".to_owned(),
            store: (*store).to_owned(),
            container: "Inbox".to_owned(),
            item: (*item).to_owned(),
            grade: (*grade).to_owned(),
            ..Exposure::default()
        });
        View {
            exposures: exposures.collect(),
            ..View::default()
        }
    }

    #[test]
    fn items_are_joined_by_mailbox_and_id() {
        let text = "Mailbox,Internet Message ID,Subject,data_class\nANA@x.org,m1,hello,health\nbo@x.org,<m1>,other,none\n";
        let inventory = Inventory::read(text).unwrap();
        let rows = [
            ("ana@x.org", "<m1>", "certain"),
            ("ana@x.org", "<m2>", "certain"),
            ("bo@x.org", "<m1>", "presumed"),
        ];
        let joined = join(&view(&rows), &inventory);
        assert!(joined.sentences[0].starts_with("Of 3 exposed items the inventory names 2; 1 it"));
        let subject = |place: usize| {
            joined.items[place]
                .item
                .as_ref()
                .map(|item| item.subject.as_str())
        };
        assert_eq!(
            (subject(0), subject(1), subject(2)),
            (Some("hello"), None, Some("other"))
        );
        let classes: Vec<_> = joined
            .classes
            .iter()
            .map(|class| (&*class.value, class.certain, class.presumed))
            .collect();
        assert_eq!(classes, [("health", 1, 0), ("none", 0, 1)]);
    }

    #[test]
    fn a_message_trace_lies_in_the_mailboxes_of_its_parties() {
        let trace = "Received,SenderAddress,RecipientAddress,Subject,Size,MessageId\n2026-03-02,bo@y.org,ana@x.org,hi,12,<m1@y>\n,,,,,\n,a@b.c,d@e.f,x,1,\n";
        let inventory = Inventory::read(trace).unwrap();
        assert_eq!(inventory.item("ana@x.org", "m1@y").unwrap().size, "12");
        assert_eq!(inventory.n_without_id, 1);
        assert!(inventory.item("cy@x.org", "<m1@y>").is_none());
        assert!(Inventory::read("a,b\n1,2\n").is_err());
    }

    #[test]
    fn a_folder_presumed_as_a_whole_gets_its_population() {
        let inventory =
            Inventory::read("mailbox,folder,message_id\na@x,/Top/Inbox,1\na@x,\\Inbox,2\n")
                .unwrap();
        let joined = join(&view(&[("a@x", "", "presumed")]), &inventory);
        assert!(
            joined.sentences[1].contains("holds 2 items"),
            "{:?}",
            joined.sentences
        );
    }

    #[test]
    fn wide_text_with_a_mark_is_read() {
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("é,b".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(decoded(&wide), "é,b");
    }
}
