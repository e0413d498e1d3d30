//! What intake knows of each source, handed to the chart as plain values.

use std::collections::BTreeMap;

use crate::vocab::card::Card;
use crate::vocab::moment::Moment;
use crate::vocab::place::SourceNumber;

/// One source as intake counted it.
///
/// # Shape
/// `records = distinct + duplicates + rejected`; `conflicting` of the distinct differ from
/// another copy. A source of no known kind has no card, an empty form and no records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// Its number.
    pub number: SourceNumber,
    /// Its path as given, `archive!member` for members.
    pub path: String,
    /// Name of the form, as in `unified-audit/portal-csv`; empty for an unknown file.
    pub form: String,
    /// The card of its kind; `None` for an unknown file.
    pub card: Option<&'static Card>,
    /// Whether its form loses fields of the record (K17).
    pub lossy: bool,
    /// Records cut from it, those rejected included.
    pub records: u64,
    /// Records read that have no earlier copy.
    pub distinct: u64,
    /// Copies of records read elsewhere.
    pub duplicates: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Distinct records that differ from another copy of the same id.
    pub conflicting: u64,
    /// Bytes of the decoded source; only an unknown file that has some is a gap.
    pub decoded_bytes: u64,
    /// When it was exported, where the source or the user states it.
    pub exported: Option<Moment>,
    /// Whether somebody stated how it was acquired: who, when, which window, which filters.
    /// Without that, what it does not show is never said to be "not shown".
    pub acquired: bool,
}

/// What the user states about the tenant, for rules that no record can settle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// Licence by name of card; what is not here is assumed, and marked so.
    pub licences: BTreeMap<String, String>,
    /// When the logs were exported, where it was the same for all.
    pub exported: Option<Moment>,
    /// What operators state of their issuers' logs.
    pub issuers: Vec<Issuer>,
}

/// What the operator of a token issuer states of its log. Nothing in a log can show it whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issuer {
    /// Name of the card of the log.
    pub card: String,
    /// From when on every token issued has its record; `None` for the issuer's very beginning.
    pub from: Option<Moment>,
    /// Until when; `None` for the last record of the log.
    pub to: Option<Moment>,
    /// How long a token may be used after it was issued, at the most, in microseconds.
    pub life_micros: i64,
    /// How late a record may reach the log, at the most, in microseconds.
    pub delay_micros: i64,
    /// Who states it and where, as printed with each finding that rests on it.
    pub said: String,
}

impl Stated {
    /// Days a source keeps its records, the licence that decides, and whether that is assumed.
    pub fn retention(&self, card: &Card) -> Option<Kept> {
        let stated = self.licences.get(card.name).and_then(|licence| {
            card.retention
                .iter()
                .find(|kept| kept.licence.eq_ignore_ascii_case(licence))
        });
        let assumed = || {
            card.retention
                .iter()
                .find(|kept| kept.assumed)
                .or_else(|| card.retention.iter().min_by_key(|kept| kept.days))
        };
        let kept = stated.or_else(assumed)?;
        Some(Kept {
            licence: kept.licence,
            days: kept.days,
            assumed: stated.is_none(),
        })
    }
}

/// How long records of a source are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The licence or switch that decides.
    pub licence: &'static str,
    /// Days kept.
    pub days: u32,
    /// Whether nobody stated the licence.
    pub assumed: bool,
}
