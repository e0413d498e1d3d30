//! What a provider's own lists of files say of the files at hand.
//!
//! CloudTrail's digest files, for one (AWS CloudTrail User Guide, "Digest file structure"): hashes of
//! the unpacked log files, and of the digest before.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::coverage::gap::{Gap, GapKind};
use demarche_core::event::event::Event;
use demarche_core::event::kind::Kind;
use demarche_core::event::words;
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::SourceNumber;
use demarche_store::intake::source::Source;

use crate::examine::sources::hex;

/// The most files remembered of all lists together.
const FILES_MOST: usize = 1 << 20;

/// A file as a list has it.
#[derive(Debug)]
struct Listed {
    /// The list's source.
    list: SourceNumber,
    /// Its name in the bucket.
    object: String,
    /// Its hash, in lower-case hex.
    hash: String,
}

/// What lists say: which files there were, and which list came before.
#[derive(Debug, Default)]
pub struct Upstream {
    files: Vec<Listed>,
    /// The list before each list: its name and the hash that the later one states.
    previous: BTreeMap<SourceNumber, Listed>,
    /// The hours that each list speaks of.
    hours: BTreeMap<SourceNumber, (Option<Moment>, Option<Moment>)>,
}

/// The most files that one sentence names.
const NAMED_MOST: usize = 3;

impl Upstream {
    /// Learns one event; only notes of lists say anything.
    pub fn learn(&mut self, event: &Event<'_>) {
        if event.kind != Kind::CollectorNote {
            return;
        }
        let hash = event.detail(words::HASH).to_ascii_lowercase();
        let list = event.place.source;
        if event.operation == words::LISTED_FILE && self.files.len() < FILES_MOST {
            let object = event.object.to_string();
            self.files.push(Listed { list, object, hash });
        } else if event.operation == words::LIST_OF_FILES {
            let object = event.detail(words::PREVIOUS).to_owned();
            self.previous.insert(list, Listed { list, object, hash });
            let hour = |name| Moment::parse_iso(event.detail(name));
            let hours = (hour(words::WINDOW_FROM), hour(words::WINDOW_TO));
            self.hours.insert(list, hours);
        }
    }

    /// Takes in what was learned of later events.
    pub fn join(&mut self, later: Upstream) {
        let Upstream {
            files,
            previous,
            hours,
        } = later;
        let room = FILES_MOST.saturating_sub(self.files.len());
        self.files.extend(files.into_iter().take(room));
        self.previous.extend(previous);
        self.hours.extend(hours);
    }

    /// What is said of each source, in one sentence; empty where no list of its kind is at hand.
    ///
    /// # Gaps
    /// The signature of a list is kept beside it by the provider, not in it. Whoever could change
    /// the files and the lists at hand alike is found out only by checking it there.
    pub fn told(&self, sources: &[Source]) -> Vec<String> {
        if self.previous.is_empty() {
            return vec![String::new(); sources.len()];
        }
        let here = self.here(sources);
        let told = |source: &Source| match self.previous.get(&source.number) {
            Some(previous) => self.told_of_list(previous, &here),
            None => told_of_file(source, sources, &here),
        };
        sources.iter().map(told).collect()
    }

    /// Files that a list names and that are not here, or not as they were: their hours have
    /// records that nobody handed in.
    pub fn gaps(&self, sources: &[Source]) -> Vec<Gap> {
        let here = self.here(sources);
        let lists = self.previous.keys().filter_map(|list| {
            let (altered, absent) = self.not_as_listed(*list, &here);
            let (from, to) = self.hours.get(list).copied().unwrap_or_default();
            let said = [
                (absent, "are not here"),
                (altered, "are here and not as they were"),
            ];
            let said: Vec<String> = said
                .iter()
                .filter(|(files, _)| !files.is_empty())
                .map(|(files, what)| format!("{} files ({}) {what}", files.len(), named(files)))
                .collect();
            (!said.is_empty()).then(|| Gap {
                source: Some(*list),
                card: card_of(sources, *list).unwrap_or_default(),
                from,
                to,
                effect: format!(
                    "Of the files that the provider's own list {} names, {}: records of these hours are missing or cannot be relied on.",
                    name_of(sources, *list),
                    said.join(" and ")
                ),
                ..Gap::of(GapKind::MissingRows)
            })
        });
        lists.map(|gap| gap.identified("upstream")).collect()
    }

    fn here<'a>(&'a self, sources: &'a [Source]) -> Here<'a> {
        Here {
            hashes: sources
                .iter()
                .map(|s| hex(&s.digests.decoded_sha256))
                .collect(),
            names: sources.iter().map(|s| last_part(&s.name)).collect(),
            by_hash: self.files.iter().map(|f| (f.hash.as_str(), f)).collect(),
            by_name: self
                .files
                .iter()
                .map(|f| (last_part(&f.object), f))
                .collect(),
            cards: self
                .previous
                .keys()
                .filter_map(|list| card_of(sources, *list))
                .collect(),
        }
    }

    /// Files of a list that are here and altered, and files that are not here.
    fn not_as_listed(&self, list: SourceNumber, here: &Here<'_>) -> (Vec<&str>, Vec<&str>) {
        let others = self
            .files
            .iter()
            .filter(|file| file.list == list && !here.hashes.contains(&file.hash))
            .map(|file| last_part(&file.object));
        others.partition(|name| here.names.contains(name))
    }

    fn told_of_list(&self, previous: &Listed, here: &Here<'_>) -> String {
        let mine = self.files.iter().filter(|file| file.list == previous.list);
        let (altered, absent) = self.not_as_listed(previous.list, here);
        let n_listed = mine.count();
        let mut files = format!(
            "of {n_listed} files it lists {} are here unaltered",
            n_listed - altered.len() - absent.len()
        );
        for (names, what) in [(altered, "here and altered"), (absent, "not here")] {
            if !names.is_empty() {
                files.push_str(&format!(", {} {what} ({})", names.len(), named(&names)));
            }
        }
        let chain = if previous.object.is_empty() {
            "it is the first of its chain"
        } else if here.hashes.contains(&previous.hash) {
            "the list before it is here and unaltered"
        } else if here.names.contains(last_part(&previous.object)) {
            "the list before it is here and differs from the hash stated"
        } else {
            "the list before it is not here"
        };
        format!(
            "{files}; {chain}; its signature was not checked: neither it nor the provider's public key is among these files, and the provider's own tool checks it"
        )
    }
}

/// Some of the names.
fn named(names: &[&str]) -> String {
    let more = if names.len() > NAMED_MOST {
        ", …"
    } else {
        ""
    };
    let first = names.get(..NAMED_MOST).unwrap_or(names);
    format!("{}{more}", first.join(", "))
}

/// What is at hand.
struct Here<'a> {
    hashes: BTreeSet<String>,
    names: BTreeSet<&'a str>,
    by_hash: BTreeMap<&'a str, &'a Listed>,
    by_name: BTreeMap<&'a str, &'a Listed>,
    /// Kinds of source that have lists.
    cards: BTreeSet<&'static str>,
}

fn told_of_file(source: &Source, sources: &[Source], here: &Here<'_>) -> String {
    let sha256 = hex(&source.digests.decoded_sha256);
    if let Some(listed) = here.by_hash.get(sha256.as_str()) {
        let list = name_of(sources, listed.list);
        return format!("unaltered since its provider listed it ({list})");
    }
    if let Some(listed) = here.by_name.get(last_part(&source.name)) {
        let list = name_of(sources, listed.list);
        return format!(
            "differs from what its provider listed ({list}): expected the hash {}",
            listed.hash
        );
    }
    if source
        .card
        .is_some_and(|card| here.cards.contains(card.name))
    {
        "on no list of its provider that was handed in".to_owned()
    } else {
        String::new()
    }
}

fn name_of(sources: &[Source], number: SourceNumber) -> &str {
    let source = sources.iter().find(|source| source.number == number);
    source.map_or("", |source| last_part(&source.name))
}

fn card_of(sources: &[Source], number: SourceNumber) -> Option<&'static str> {
    let source = sources.iter().find(|source| source.number == number)?;
    source.card.map(|card| card.name)
}

/// The last part of a path, without the ending of a packed file.
fn last_part(path: &str) -> &str {
    let name = path.rsplit(['/', '\\', '!']).next().unwrap_or(path);
    name.strip_suffix(".gz").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn source(number: u32, name: &str, sha256: u8) -> Source {
        let mut source = Source {
            number: SourceNumber(number),
            name: name.to_owned(),
            ..Source::default()
        };
        source.digests.decoded_sha256 = [sha256; 32];
        source
    }

    fn note(
        list: u32,
        operation: &'static str,
        object: &str,
        hash: u8,
        previous: &str,
    ) -> Event<'static> {
        let mut event = Event {
            kind: Kind::CollectorNote,
            operation: Cow::Borrowed(operation),
            object: Cow::Owned(object.to_owned()),
            ..Event::default()
        };
        event.place.source = SourceNumber(list);
        let hash = format!("{hash:02x}").repeat(32);
        event
            .details
            .push((Cow::Borrowed(words::HASH), Cow::Owned(hash)));
        event.details.push((
            Cow::Borrowed(words::PREVIOUS),
            Cow::Owned(previous.to_owned()),
        ));
        event
    }

    #[test]
    fn files_are_told_from_what_was_listed() {
        let sources = [
            source(1, "in/a.json.gz", 1),
            source(2, "in/b.json.gz", 9),
            source(3, "in/d2.json.gz", 3),
            source(4, "in/d1.json.gz", 4),
            source(5, "other.csv", 5),
        ];
        let mut upstream = Upstream::default();
        upstream.learn(&note(
            3,
            words::LIST_OF_FILES,
            "x/d2.json.gz",
            4,
            "x/d1.json.gz",
        ));
        upstream.learn(&note(3, words::LISTED_FILE, "x/a.json.gz", 1, ""));
        upstream.learn(&note(3, words::LISTED_FILE, "x/b.json.gz", 2, ""));
        upstream.learn(&note(3, words::LISTED_FILE, "x/c.json.gz", 7, ""));
        let told = upstream.told(&sources);
        assert!(told[0].starts_with("unaltered since"), "{told:?}");
        assert!(
            told[1].starts_with("differs from what its provider listed (d2.json)"),
            "{told:?}"
        );
        assert!(
            told[2].contains(
                "of 3 files it lists 1 are here unaltered, 1 here and altered (b.json), 1 not here (c.json); the list before it is here and unaltered"
            ),
            "{told:?}"
        );
        assert_eq!((told[3].as_str(), told[4].as_str()), ("", ""));
        let gaps = upstream.gaps(&sources);
        assert_eq!(gaps.len(), 1);
        assert!(
            gaps[0].effect.contains(
                "1 files (c.json) are not here and 1 files (b.json) are here and not as they were"
            ),
            "{gaps:?}"
        );
    }
}
