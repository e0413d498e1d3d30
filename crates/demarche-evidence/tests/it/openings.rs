//! Sources, seals and openings: what is shown is what was sealed, and nothing else shows.

use std::ops::Range;

use demarche_evidence::disclose::{self, DiscloseError, Place, Show};
use demarche_evidence::entry::SealedSource;
use demarche_evidence::hash::{self, Digest};
use demarche_evidence::key::SourceKey;
use demarche_evidence::leaf::{Kind, Mode};
use demarche_evidence::opening::{Content, Opening, Piece, Shown};
use demarche_evidence::prove;
use demarche_evidence::seal::Sealer;
use demarche_evidence::source_tree::{self, SourceNodes};
use demarche_evidence::span_list::{Span, Spans};
use demarche_evidence::split::{self, Template};
use demarche_evidence::tree;
use demarche_evidence::verify::{Outcome, source};

/// A source in memory, sealed.
pub struct Sealed {
    pub bytes: Vec<u8>,
    pub key: SourceKey,
    pub list: Vec<u8>,
    pub blocks: Vec<Digest>,
    pub entry: SealedSource,
}

impl Sealed {
    /// Seals records; those with value ranges are split.
    pub fn new(id: &str, records: &[(Kind, Vec<u8>, Vec<Range<usize>>)]) -> Sealed {
        let key = SourceKey::new(hash::sha256(id.as_bytes()).0);
        let mut sealer = Sealer::new(&key);
        sealer.list_spans();
        let mut bytes = Vec::new();
        for (kind, record, values) in records {
            let offset = bytes.len() as u64;
            match values.as_slice() {
                [] => drop(sealer.span(*kind, offset, record).unwrap()),
                values => drop(sealer.split(offset, record, values).unwrap()),
            }
            bytes.extend_from_slice(record);
        }
        let (list, blocks) = (sealer.take_spans(), sealer.take_tiles());
        let seal = sealer.finish().unwrap();
        let decoded = key.decoded_commitment(&seal.decoded_sha256);
        Sealed {
            bytes,
            list,
            blocks,
            entry: SealedSource::new(id, &seal, decoded),
            key,
        }
    }

    /// Spans with their places.
    pub fn spans(&self) -> Vec<(u64, Span)> {
        let mut offset = 0;
        let place = |span: Result<Span, _>| {
            let span: Span = span.unwrap();
            offset += span.length;
            (offset - span.length, span)
        };
        Spans::new(&self.list).map(place).collect()
    }

    /// Opens one leaf.
    pub fn open(&self, leaf: u64, show: &Show<'_>) -> Result<Opening, DiscloseError> {
        let spans = self.spans();
        let salter = self.key.salter();
        let hash_of = |at: usize| {
            let (offset, span) = &spans[at];
            let bytes = &self.bytes[*offset as usize..(*offset + span.length) as usize];
            source_tree::leaf(&salter, at as u64, *offset, span, bytes)
                .unwrap()
                .hash()
        };
        let block = leaf / 256;
        let row = |block: u64| -> Vec<Digest> {
            let end = spans.len().min((block as usize + 1) * 256);
            (block as usize * 256..end).map(hash_of).collect()
        };
        let (leaves, tail) = (row(block), row(self.blocks.len() as u64));
        let blocks = &self.blocks;
        let mut nodes = SourceNodes {
            blocks,
            block,
            leaves: &leaves,
            tail: &tail,
        };
        let path = prove::inclusion(&mut nodes, leaf, self.entry.spans).unwrap();
        let (offset, span) = &spans[leaf as usize];
        let bytes = &self.bytes[*offset as usize..(*offset + span.length) as usize];
        let source = &self.entry.source;
        let place = Place {
            source,
            entry: 2,
            leaf,
            offset: *offset,
            span,
            bytes,
            path: &path,
        };
        disclose::open(&self.key, &place, show)
    }

    pub fn verify(&self, bytes: &[u8]) -> Outcome {
        let mut reader = bytes;
        source::check(
            &mut reader,
            &self.list,
            &self.key,
            &self.entry,
            Some(&self.blocks),
        )
        .outcome()
    }
}

/// Ranges of the string values of a flat JSON object.
pub fn values_of(record: &[u8]) -> Vec<Range<usize>> {
    let text = std::str::from_utf8(record).unwrap();
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(":\"") {
        let start = at + found + 2;
        let end = start + text[start..].find('"').unwrap();
        ranges.push(start..end);
        at = end + 1;
    }
    ranges
}

/// One record among others like it, split where asked.
pub fn record(number: u32, is_split: bool) -> (Kind, Vec<u8>, Vec<Range<usize>>) {
    let text = format!(
        "{{\"CreationTime\":\"2023-06-15T09:12:{:02}\",\"UserId\":\"ana{number}@example.org\",\
         \"ClientIP\":\"203.0.113.{}\",\"Operation\":\"MailItemsAccessed\"}}\n",
        number % 60,
        number % 250
    );
    let bytes = text.into_bytes();
    let values = if is_split { values_of(&bytes) } else { vec![] };
    (Kind::Record, bytes, values)
}

/// A source of `n` records, every third of them split.
pub fn source(n: u32) -> Sealed {
    let records: Vec<_> = (0..n).map(|i| record(i, i % 3 == 0)).collect();
    Sealed::new("1", &records)
}

#[test]
fn every_record_opens_against_the_seal() {
    for n in [1, 2, 255, 256, 257, 600] {
        let sealed = source(n);
        assert_eq!(sealed.entry.spans, u64::from(n));
        for leaf in [0, 1, n / 2, n - 1].into_iter().filter(|leaf| *leaf < n) {
            for show in [Show::All, Show::Header] {
                let opening = sealed.open(leaf.into(), &show).unwrap();
                opening.check(&sealed.entry).unwrap();
                assert_eq!(
                    Opening::parse(opening.to_json().as_bytes()).unwrap(),
                    opening
                );
            }
            let opening = sealed.open(leaf.into(), &Show::All).unwrap();
            let shown: Vec<u8> = opening
                .pieces()
                .iter()
                .flat_map(|piece| match piece {
                    Piece::Bytes(bytes) => bytes.to_vec(),
                    Piece::Withheld => panic!("nothing was withheld"),
                })
                .collect();
            assert_eq!(shown, record(leaf, false).1);
        }
    }
}

#[test]
fn withheld_values_stay_closed_and_the_rest_opens() {
    let sealed = source(300);
    let opening = sealed.open(3, &Show::Without(&[1, 2])).unwrap();
    opening.check(&sealed.entry).unwrap();
    assert_eq!(opening.n_withheld(), 2);
    let json = opening.to_json();
    let read = Opening::parse(json.as_bytes()).unwrap();
    read.check(&sealed.entry).unwrap();
    let shown: Vec<u8> = read
        .pieces()
        .iter()
        .flat_map(|piece| match piece {
            Piece::Bytes(bytes) => bytes.to_vec(),
            Piece::Withheld => "███".into(),
        })
        .collect();
    let expected = "{\"CreationTime\":\"2023-06-15T09:12:03\",\"UserId\":\"███\",\
        \"ClientIP\":\"███\",\"Operation\":\"MailItemsAccessed\"}\n";
    assert_eq!(String::from_utf8(shown).unwrap(), expected);
}

#[test]
fn withheld_values_and_their_plain_hashes_occur_nowhere() {
    let sealed = source(300);
    let json = sealed.open(3, &Show::Without(&[1, 2])).unwrap().to_json();
    for value in ["ana3@example.org", "203.0.113.3"] {
        for form in [
            value.to_owned(),
            value.to_uppercase(),
            format!("\"{value}\""),
        ] {
            let digest = hash::sha256(form.as_bytes());
            for text in [form, digest.to_string(), digest.to_base64()] {
                assert!(!json.contains(&text), "{text}");
            }
        }
    }
    for secret in [
        hash::Digest(*sealed.key.secret()).to_base64(),
        hash::Digest(*sealed.key.secret()).to_string(),
    ] {
        assert!(!json.contains(&secret));
    }
}

/// The withheld value cannot be told by trying: its digest needs the salt, which is not there.
#[test]
fn guessing_a_withheld_value_without_its_salt_fails() {
    let sealed = source(4);
    let opening = sealed.open(3, &Show::Without(&[2])).unwrap();
    let Content::Split { values, salt, .. } = &opening.content else {
        panic!("split")
    };
    let Shown::Withheld(digest) = &values[2] else {
        panic!("withheld")
    };
    let truth = b"203.0.113.3";
    let mut salts = vec![[0; 16], *salt];
    for value in values {
        if let Shown::Value { salt, .. } = value {
            salts.push(*salt);
        }
    }
    for salt in &salts {
        assert_ne!(split::value_digest(salt, truth), *digest);
    }
    for guess in 0..4096u128 {
        assert_ne!(split::value_digest(&guess.to_be_bytes(), truth), *digest);
    }
    assert_eq!(
        split::value_digest(&sealed.key.salter().salt(3, 3), truth),
        *digest
    );
}

/// Applies every change and expects each to be refused.
fn refuse_all(sealed: &Sealed, opening: &Opening, changes: &[(&str, &dyn Fn(&mut Opening))]) {
    opening.check(&sealed.entry).unwrap();
    for (name, change) in changes {
        let mut changed = opening.clone();
        change(&mut changed);
        assert_ne!(&changed, opening, "{name} changes nothing");
        assert!(changed.check(&sealed.entry).is_err(), "{name}");
    }
}

#[test]
fn altered_whole_record_is_refused() {
    let sealed = source(100);
    let opening = sealed.open(4, &Show::All).unwrap();
    let whole = |change: &'static dyn Fn(&mut [u8; 16], &mut Vec<u8>)| {
        move |opening: &mut Opening| match &mut opening.content {
            Content::Whole { salt, bytes } => change(salt, bytes),
            _ => panic!("whole"),
        }
    };
    let other = sealed.open(5, &Show::All).unwrap();
    refuse_all(
        &sealed,
        &opening,
        &[
            ("bit flip", &whole(&|_, bytes| bytes[20] ^= 1)),
            ("salt changed", &whole(&|salt, _| salt[0] ^= 1)),
            (
                "salt and value boundary moved",
                &whole(&|salt, bytes| {
                    salt.rotate_left(1);
                    bytes.insert(0, salt[15]);
                    salt[15] = bytes[1];
                }),
            ),
            ("byte appended", &whole(&|_, bytes| bytes.push(b'\n'))),
            (
                "byte cut",
                &whole(&|_, bytes| bytes.truncate(bytes.len() - 1)),
            ),
            ("offset changed", &|opening| opening.offset += 1),
            ("length changed", &|opening| opening.length += 1),
            ("kind changed", &|opening| opening.kind = Kind::Filler),
            ("leaf changed", &|opening| opening.leaf += 1),
            ("leaf beyond the tree", &|opening| opening.leaf = 100),
            ("source changed", &|opening| opening.source = "2".into()),
            ("path truncated", &|opening| opening.path.truncate(1)),
            ("path extended", &|opening| {
                opening.path.push(hash::EMPTY_ROOT)
            }),
            ("path swapped", &|opening| opening.path.swap(0, 1)),
            ("content of another record", &move |opening| {
                opening.content = other.content.clone()
            }),
            ("offset overflows", &|opening| opening.offset = u64::MAX),
            ("mode changed", &|opening| {
                let mode = Mode::Split;
                opening.content = Content::Header(mode, hash::EMPTY_ROOT);
            }),
        ],
    );
}

#[test]
fn altered_split_record_is_refused() {
    let sealed = source(100);
    let opening = sealed.open(3, &Show::Without(&[1])).unwrap();
    type Change<'a> = &'a dyn Fn(&mut Vec<u8>, &mut Vec<Shown>);
    fn parts<'a>(change: Change<'a>) -> impl Fn(&mut Opening) + 'a {
        move |opening| match &mut opening.content {
            Content::Split {
                template, values, ..
            } => change(template, values),
            _ => panic!("split"),
        }
    }
    refuse_all(
        &sealed,
        &opening,
        &[
            (
                "template key renamed",
                &parts(&|template, _| {
                    let at = template
                        .windows(6)
                        .position(|part| part == b"UserId")
                        .unwrap();
                    template[at] = b'X';
                }),
            ),
            ("two values swapped", &parts(&|_, values| values.swap(0, 2))),
            (
                "value flipped",
                &parts(&|_, values| match &mut values[0] {
                    Shown::Value { bytes, .. } => bytes[0] ^= 1,
                    Shown::Withheld(_) => panic!("shown"),
                }),
            ),
            (
                "withheld digest flipped",
                &parts(&|_, values| match &mut values[1] {
                    Shown::Withheld(digest) => digest.0[0] ^= 1,
                    Shown::Value { .. } => panic!("withheld"),
                }),
            ),
            (
                "value salt flipped",
                &parts(&|_, values| match &mut values[0] {
                    Shown::Value { salt, .. } => salt[0] ^= 1,
                    Shown::Withheld(_) => panic!("shown"),
                }),
            ),
            (
                "withheld value replaced by a guess",
                &parts(&|_, values| {
                    values[1] = Shown::Value {
                        salt: [0; 16],
                        bytes: b"bob@example.org".to_vec(),
                    };
                }),
            ),
            (
                "value split in two",
                &parts(&|_, values| {
                    let Shown::Value { salt, bytes } = values[0].clone() else {
                        panic!("shown")
                    };
                    let (left, right) = bytes.split_at(3);
                    values[0] = Shown::Value {
                        salt,
                        bytes: left.to_vec(),
                    };
                    values.insert(
                        1,
                        Shown::Value {
                            salt,
                            bytes: right.to_vec(),
                        },
                    );
                }),
            ),
            ("value dropped", &parts(&|_, values| drop(values.pop()))),
            (
                "unsorted positions",
                &parts(&|template, _| template[4..12].rotate_left(4)),
            ),
            (
                "position out of range",
                &parts(&|template, _| template[4 + 3 * 4] = 0xff),
            ),
            (
                "n overflows",
                &parts(&|template, _| template[..4].fill(0xff)),
            ),
            ("n is zero", &parts(&|template, _| template[..4].fill(0))),
            ("body longer", &parts(&|template, _| template.push(b' '))),
            ("template empty", &parts(&|template, _| template.clear())),
            ("shown as whole", &|opening| {
                opening.content = Content::Whole {
                    salt: [0; 16],
                    bytes: record(3, false).1,
                };
            }),
        ],
    );
}

#[test]
fn every_flipped_bit_of_an_opening_is_noticed() {
    let sealed = source(20);
    for show in [Show::All, Show::Without(&[0, 3]), Show::Header] {
        let honest = sealed.open(6, &show).unwrap();
        let good = honest.to_json().into_bytes();
        for at in 0..good.len() {
            let mut flipped = good.clone();
            flipped[at] ^= 1 << (at % 7);
            if let Ok(read) = Opening::parse(&flipped) {
                // White space and the entry's number are not under the root; the pack checks those.
                let same = Opening {
                    entry: honest.entry,
                    ..read.clone()
                } == honest;
                assert!(
                    same || read.check(&sealed.entry).is_err(),
                    "{show:?} byte {at}"
                );
            }
        }
    }
}

#[test]
fn openings_have_one_form() {
    let sealed = source(9);
    let good = sealed.open(3, &Show::Without(&[1])).unwrap().to_json();
    let wrong = [
        good.replace("demarche-opening/1", "demarche-opening/2"),
        good.replace("\"leaf\": 3", "\"leaf\": -3"),
        good.replace("\"leaf\": 3", "\"leaf\": 3.0"),
        good.replace("\"leaf\": 3", "\"leaf\": 3, \"leaf\": 4"),
        good.replace("\"leaf\": 3", "\"leaf\": 3, \"other\": 4"),
        good.replace("\"leaf\": 3,", ""),
        good.replace("\"split\"", "\"whole\""),
        good.replace("\"record\"", "\"Record\""),
        good.replace("\"digest\"", "\"bytes\""),
        good.replace("==\"", "\""),
        format!("{good}x"),
        "[]".into(),
        "null".into(),
    ];
    for wrong in wrong {
        assert_ne!(wrong, good);
        assert!(Opening::parse(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn three_equal_records_have_three_leaves_each_provable() {
    let same = record(7, false);
    let sealed = Sealed::new("1", &[same.clone(), same.clone(), same]);
    let openings: Vec<_> = (0..3)
        .map(|leaf| sealed.open(leaf, &Show::All).unwrap())
        .collect();
    for (at, opening) in openings.iter().enumerate() {
        opening.check(&sealed.entry).unwrap();
        for (other, moved) in openings
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
        {
            let content = moved.content.clone();
            let swapped = Opening {
                content,
                ..opening.clone()
            };
            assert!(swapped.check(&sealed.entry).is_err(), "{at} {other}");
        }
    }
    let Content::Whole { salt: first, .. } = &openings[0].content else {
        panic!("whole")
    };
    let Content::Whole { salt: second, .. } = &openings[1].content else {
        panic!("whole")
    };
    assert_ne!(first, second);
}

#[test]
fn hostile_bytes_are_sealed_as_they_are() {
    let long = vec![b'x'; 4 << 20];
    let records: Vec<Vec<u8>> = vec![
        b"\xef\xbb\xbfBOM\n".to_vec(),
        b"\n".to_vec(),
        b"\r\n".to_vec(),
        b"}".to_vec(),
        b"\0\0\0".to_vec(),
        b"\xff\xfea\0b\0".to_vec(),
        b"{\"a\":1,\"a\":2}\n".to_vec(),
        b"\xc3\x28 invalid UTF-8".to_vec(),
        long,
        b"no final newline".to_vec(),
    ];
    let all: Vec<_> = records
        .iter()
        .map(|bytes| (Kind::Record, bytes.clone(), vec![]))
        .collect();
    let sealed = Sealed::new("1", &all);
    assert_eq!(
        sealed.entry.decoded_size as usize,
        records.iter().map(Vec::len).sum::<usize>()
    );
    for (leaf, bytes) in records.iter().enumerate() {
        let opening = sealed.open(leaf as u64, &Show::All).unwrap();
        opening.check(&sealed.entry).unwrap();
        assert_eq!(opening.pieces(), [Piece::Bytes(bytes)]);
    }
    assert_eq!(sealed.verify(&sealed.bytes), Outcome::Holds);
}

#[test]
fn empty_source_is_sealed_and_opens_nothing() {
    let sealed = Sealed::new("1", &[]);
    assert_eq!(
        (sealed.entry.spans, sealed.entry.root),
        (0, hash::EMPTY_ROOT)
    );
    assert_eq!(sealed.verify(b""), Outcome::Holds);
    assert_eq!(sealed.verify(b"x"), Outcome::Altered);
    let other = source(1).open(0, &Show::All).unwrap();
    assert!(other.check(&sealed.entry).is_err());
}

#[test]
fn altered_sources_are_noticed() {
    let sealed = source(600);
    let good = &sealed.bytes;
    assert_eq!(sealed.verify(good), Outcome::Holds);
    let (size, line) = (good.len(), record(0, false).1.len());
    let mut flipped = good.clone();
    flipped[size / 2] ^= 1;
    let mut zeroed = good.clone();
    zeroed[size / 2..size / 2 + 4096].fill(0);
    let mut exchanged = good.clone();
    let (one, two) = exchanged.split_at_mut(line);
    one.swap_with_slice(&mut two[..line]);
    let changes: [(&str, &[u8]); 6] = [
        ("truncated", &good[..size - 1]),
        ("appended byte", &[good.as_slice(), b"\n"].concat()),
        ("flipped", &flipped),
        ("middle 4 KiB zeroed", &zeroed),
        ("two records exchanged", &exchanged),
        ("other content", &vec![b'x'; size]),
    ];
    for (name, bytes) in changes {
        assert_ne!(bytes, good.as_slice(), "{name}");
        assert_eq!(sealed.verify(bytes), Outcome::Altered, "{name}");
    }
}

#[test]
fn altered_seals_keys_tiles_and_lists_are_noticed() {
    let good = source(600);
    let outcome = |change: &dyn Fn(&mut Sealed)| {
        let mut sealed = source(600);
        change(&mut sealed);
        sealed.verify(&good.bytes)
    };
    assert_eq!(outcome(&|_| ()), Outcome::Holds);
    let changes: [(&str, &dyn Fn(&mut Sealed)); 10] = [
        ("records", &|sealed| sealed.entry.records -= 1),
        ("spans", &|sealed| sealed.entry.spans += 1),
        ("filler", &|sealed| sealed.entry.filler_bytes += 1),
        ("size", &|sealed| sealed.entry.decoded_size += 1),
        ("root", &|sealed| sealed.entry.root.0[0] ^= 1),
        ("whole", &|sealed| sealed.entry.decoded_commitment.0[0] ^= 1),
        ("key", &|sealed| sealed.key = SourceKey::new([0; 32])),
        ("tile", &|sealed| sealed.blocks[1].0[0] ^= 1),
        ("tile missing", &|sealed| sealed.blocks.truncate(1)),
        ("list", &|sealed| sealed.list[0] ^= 8),
    ];
    for (name, change) in changes {
        assert_eq!(outcome(change), Outcome::Altered, "{name}");
    }
}

#[test]
fn every_flipped_bit_of_a_span_list_is_noticed() {
    let sealed = source(12);
    for at in 0..sealed.list.len() {
        for bit in 0..8 {
            let mut list = sealed.list.clone();
            list[at] ^= 1 << bit;
            let mut reader = sealed.bytes.as_slice();
            let faults = source::check(&mut reader, &list, &sealed.key, &sealed.entry, None);
            assert_eq!(faults.outcome(), Outcome::Altered, "byte {at} bit {bit}");
        }
    }
}

#[test]
fn doubtful_ranges_leave_the_record_whole() {
    let bytes = b"0123456789";
    let doubtful: [&[Range<usize>]; 7] = [
        &[],
        &[3..3],
        &[5..3],
        &[8..11],
        &[11..12],
        &[4..6, 5..7],
        &[4..6, 1..2],
    ];
    for ranges in doubtful {
        assert_eq!(split::cut(bytes, ranges), None, "{ranges:?}");
        let mut sealer = Sealer::new(&SourceKey::new([1; 32]));
        assert_eq!(
            sealer.split(0, bytes, ranges),
            Ok((0, Mode::Whole)),
            "{ranges:?}"
        );
    }
    let cut = split::cut(bytes, &[0..2, 2..5, 9..10]).unwrap();
    let template = Template::parse(&cut.template).unwrap();
    assert_eq!(
        (template.positions, template.body),
        (vec![0, 0, 4], &b"5678"[..])
    );
    let many: Vec<Range<usize>> = (0..4097).map(|i| i..i + 1).collect();
    assert_eq!(split::cut(&vec![0; 5000], &many), None);
    assert!(split::cut(&vec![0; 5000], &many[1..]).is_some());
}

#[test]
fn whole_record_withholds_nothing() {
    let sealed = source(9);
    assert_eq!(
        sealed.open(1, &Show::Without(&[0])),
        Err(DiscloseError::SealedWhole)
    );
    assert_eq!(
        sealed.open(3, &Show::Without(&[4])),
        Err(DiscloseError::NoSuchValue(4))
    );
}

/// Headers alone prove order, neighbours and that no byte is left out.
#[test]
fn headers_alone_prove_that_there_is_no_hole() {
    let sealed = source(300);
    let mut end = 0;
    let leaves: Vec<Digest> = (0..300)
        .map(|leaf| {
            let opening = sealed.open(leaf, &Show::Header).unwrap();
            opening.check(&sealed.entry).unwrap();
            assert_eq!(opening.offset, end);
            end += opening.length;
            let Content::Header(mode, commitment) = opening.content else {
                panic!("header")
            };
            let (kind, offset, length) = (opening.kind, opening.offset, opening.length);
            demarche_evidence::leaf::Leaf {
                kind,
                mode,
                offset,
                length,
                commitment,
            }
            .hash()
        })
        .collect();
    assert_eq!(end, sealed.entry.decoded_size);
    assert_eq!(tree::root(leaves), sealed.entry.root);
}

/// Two packs from one source must not let two readers see that they hold the same hidden value.
#[test]
fn equal_hidden_values_of_two_records_have_unequal_digests() {
    let (one, two) = (record(9, true), record(9, true));
    let sealed = Sealed::new("1", &[one, two]);
    let digest = |leaf| match sealed.open(leaf, &Show::Without(&[1])).unwrap().content {
        Content::Split { values, .. } => match &values[1] {
            Shown::Withheld(digest) => *digest,
            Shown::Value { .. } => panic!("withheld"),
        },
        _ => panic!("split"),
    };
    assert_ne!(digest(0), digest(1));
}

/// A record too long for memory goes through in pieces and comes out the same.
#[test]
fn long_single_line_is_sealed_in_pieces() {
    let line = vec![b'a'; 9 << 20];
    let key = SourceKey::new([4; 32]);
    let (mut whole, mut pieces) = (Sealer::apart(&key), Sealer::apart(&key));
    whole.span(Kind::Record, 0, &line).unwrap();
    pieces.begin(0).unwrap();
    line.chunks(1 << 16)
        .for_each(|piece| pieces.feed(piece).unwrap());
    pieces.close().unwrap();
    let digest = hash::EMPTY_ROOT;
    assert_eq!(whole.finish_with(digest), pieces.finish_with(digest));
}
