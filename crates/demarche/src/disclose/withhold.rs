//! Withholds values of records: by their split at intake, else by a cut made now.

use std::collections::BTreeSet;
use std::ops::Range;

use demarche_core::record::values::{self, Field};
use demarche_evidence::disclose::{self, Place, Show};
use demarche_evidence::key::SourceKey;
use demarche_evidence::opening::{Content, Opening, Piece, Shown as Value};
use demarche_evidence::span_list::Span;
use demarche_evidence::split::{self, VALUES_MAX};

use crate::disclose::leak;
use crate::error::{Error, Result};
use crate::evidence::key::draw;

/// A record as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its opening: by its header only where it was cut now.
    pub opening: Opening,
    /// The cut, under salts of its own, with the entry that will bind it.
    pub cut: Option<Opening>,
    /// How many of its values are withheld.
    pub n_withheld: usize,
}

/// Withholds the fields named from all records; gives also the values that must occur nowhere.
///
/// A value that names a withheld one is withheld with it, in every record. `next` is the index of
/// the first entry that will bind a cut.
///
/// # Errors
/// A field that no record has, a record whose values cannot be told apart, a withheld value that
/// stands outside the values of a record.
pub fn all(
    openings: Vec<Opening>,
    names: &[String],
    next: u64,
) -> Result<(Vec<Shown>, Vec<String>)> {
    if names.is_empty() {
        let whole = |opening| Shown {
            opening,
            cut: None,
            n_withheld: 0,
        };
        return Ok((openings.into_iter().map(whole).collect(), Vec::new()));
    }
    let mut read = Vec::new();
    for opening in openings {
        let bytes = bytes_of(&opening);
        let fields = told_apart(&opening, &bytes, names)?;
        read.push((opening, bytes, fields));
    }
    let sought = sought(&read, names)?;
    let mut next = next;
    let mut shown = Vec::new();
    for (opening, bytes, fields) in read {
        let record = one(opening, &bytes, &fields, (names, &sought), next)?;
        next += u64::from(record.cut.is_some());
        shown.push(record);
    }
    Ok((shown, sought))
}

/// The values of a record in the reading that knows a name, with ranges of bytes that were asked
/// for in place of what they overlap.
fn told_apart(opening: &Opening, bytes: &[u8], names: &[String]) -> Result<Vec<Field>> {
    let place = format!("{}/{}", opening.source, opening.leaf);
    let ranges = names.iter().filter_map(|name| byte_range(name, &place));
    let ranges: Vec<(Range<usize>, String)> = ranges.collect();
    let mut readings = values::readings(bytes);
    let knows = |fields: &Vec<Field>| {
        let named = |field: &Field| names.iter().any(|name| field.is_named(name));
        fields.iter().any(named)
    };
    let at = readings.iter().position(knows).unwrap_or(0);
    let reading = (at < readings.len()).then(|| readings.swap_remove(at));
    let mut fields = reading.ok_or_else(|| {
        Error::run(format!("the values of record {place} cannot be told apart"))
            .hint("disclose it without --withhold, or leave it out")
    })?;
    for (range, name) in ranges {
        let text = bytes.get(range.clone()).map(String::from_utf8_lossy);
        let text = text.filter(|text| !text.is_empty()).ok_or_else(|| {
            Error::usage(format!(
                "--withhold {name}: no such bytes in a record of {}",
                bytes.len()
            ))
        })?;
        fields.retain(|field| field.range.end <= range.start || range.end <= field.range.start);
        fields.push(Field {
            path: name,
            text: text.into_owned(),
            range,
        });
    }
    fields.sort_by_key(|field| field.range.start);
    let apart = |pair: &[Field]| pair[0].range.end <= pair[1].range.start;
    if !fields.windows(2).all(apart) {
        return Err(Error::usage("ranges of bytes to withhold overlap"));
    }
    Ok(fields)
}

/// A range of bytes of a record as `--withhold` names it: `SOURCE/LEAF:FROM-TO`, `TO` outside.
fn byte_range(name: &str, place: &str) -> Option<(Range<usize>, String)> {
    let (from, to) = name
        .strip_prefix(place)?
        .strip_prefix(':')?
        .split_once('-')?;
    Some((from.parse().ok()?..to.parse().ok()?, name.to_owned()))
}

/// What the fields named say, over all records.
fn sought(read: &[(Opening, Vec<u8>, Vec<Field>)], names: &[String]) -> Result<Vec<String>> {
    let mut sought = BTreeSet::new();
    for name in names {
        let mut is_there = false;
        for field in read.iter().flat_map(|(_, _, fields)| fields) {
            if field.is_named(name) {
                is_there = true;
                sought.insert(field.text.clone());
            }
        }
        if !is_there {
            return Err(Error::usage(format!("no record has a field {name}"))
                .hint("fields are named as in the record: UserId, Folders.Path; a cell of a CSV row is column:3, a word of a line word:3, bytes of a record 7/115:20-31"));
        }
    }
    Ok(sought.into_iter().collect())
}

/// One record without what is withheld.
fn one(
    opening: Opening,
    bytes: &[u8],
    fields: &[Field],
    (names, sought): (&[String], &[String]),
    next: u64,
) -> Result<Shown> {
    let is_withheld = |field: &Field| {
        names.iter().any(|name| field.is_named(name))
            || sought.iter().any(|text| leak::names(&field.text, text))
    };
    let withheld: Vec<Range<usize>> = fields
        .iter()
        .filter(|field| is_withheld(field))
        .map(|field| field.range.clone())
        .collect();
    must_not_stand_outside(&opening, bytes, &withheld, sought)?;
    if withheld.is_empty() {
        return Ok(Shown {
            opening,
            cut: None,
            n_withheld: 0,
        });
    }
    if let Some(opening) = by_intake(&opening, &withheld) {
        let n_withheld = opening.n_withheld();
        return Ok(Shown {
            opening,
            cut: None,
            n_withheld,
        });
    }
    by_cut(opening, bytes, fields, &withheld, next)
}

/// Refuses a record that shows a withheld value outside its values.
fn must_not_stand_outside(
    opening: &Opening,
    bytes: &[u8],
    withheld: &[Range<usize>],
    sought: &[String],
) -> Result<()> {
    let mut rest = String::new();
    let mut at = 0;
    for range in withheld.iter().chain([&(bytes.len()..bytes.len())]) {
        let piece = bytes.get(at..range.start).unwrap_or_default();
        rest.push_str(&String::from_utf8_lossy(piece));
        rest.push('\u{fffd}');
        at = range.end;
    }
    match sought.iter().find(|text| leak::names(&rest, text)) {
        None => Ok(()),
        Some(_) => Err(Error::run(format!(
            "record {}/{} shows a withheld value outside its values",
            opening.source, opening.leaf
        ))
        .hint("leave that record out")),
    }
}

/// The bytes of an opening in which everything is shown.
fn bytes_of(opening: &Opening) -> Vec<u8> {
    let bytes = opening.pieces().into_iter().map(|piece| match piece {
        Piece::Bytes(bytes) => bytes,
        Piece::Withheld => &[],
    });
    bytes.collect::<Vec<_>>().concat()
}

/// Withholds by the split that was sealed at intake; `None` if the record was sealed whole, or was
/// not split at what is withheld.
fn by_intake(opening: &Opening, withheld: &[Range<usize>]) -> Option<Opening> {
    let pieces = opening.pieces();
    let Content::Split {
        salt,
        template,
        values,
    } = &opening.content
    else {
        return None;
    };
    let mut at = 0;
    let mut places = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let length = match piece {
            Piece::Bytes(bytes) => bytes.len(),
            Piece::Withheld => return None,
        };
        // Between the pieces of the template, one value each.
        if number % 2 == 1 {
            places.push(at..at + length);
        }
        at += length;
    }
    let covers = |outer: &Range<usize>, inner: &Range<usize>| {
        outer.start <= inner.start && inner.end <= outer.end
    };
    let mut values = values.clone();
    for range in withheld {
        let number = places.iter().position(|place| covers(place, range))?;
        let value = values.get_mut(number)?;
        if let Value::Value { salt, bytes } = value {
            *value = Value::Withheld(split::value_digest(salt, bytes));
        }
    }
    Some(Opening {
        content: Content::Split {
            salt: *salt,
            template: template.clone(),
            values,
        },
        ..opening.clone()
    })
}

/// Withholds by a cut made now, under fresh salts: auditable by who holds the record, no more.
fn by_cut(
    opening: Opening,
    bytes: &[u8],
    fields: &[Field],
    withheld: &[Range<usize>],
    next: u64,
) -> Result<Shown> {
    let failed = || {
        Error::run(format!(
            "record {}/{} cannot be cut",
            opening.source, opening.leaf
        ))
    };
    // All values get salts of their own, as at intake; of too many, only those withheld.
    let ranges: Vec<Range<usize>> = if fields.len() <= VALUES_MAX {
        fields.iter().map(|field| field.range.clone()).collect()
    } else {
        withheld.to_vec()
    };
    let numbers: Vec<usize> = ranges
        .iter()
        .enumerate()
        .filter(|(_, range)| withheld.contains(range))
        .map(|(number, _)| number)
        .collect();
    let span = Span {
        kind: opening.kind,
        length: opening.length,
        values: ranges,
    };
    let place = Place {
        source: &opening.source,
        entry: next,
        leaf: opening.leaf,
        offset: opening.offset,
        span: &span,
        bytes,
        path: &[],
    };
    let key = SourceKey::new(draw::<32>()?);
    let cut = disclose::open(&key, &place, &Show::Without(&numbers));
    let cut = cut.map_err(|cause| failed().because(&cause))?;
    let (mode, commitment) = opening
        .commitment()
        .map_err(|cause| failed().because(&cause))?;
    Ok(Shown {
        n_withheld: numbers.len(),
        cut: Some(cut),
        opening: Opening {
            content: Content::Header(mode, commitment),
            ..opening
        },
    })
}
