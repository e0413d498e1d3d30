//! Reads stored tables back into events.

use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{
    Array, AsArray, BooleanArray, ListArray, PrimitiveArray, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use arrow::datatypes::{ArrowPrimitiveType, TimestampMicrosecondType, UInt32Type, UInt64Type};
use demarche_core::event::event::{Event, Marks};
use demarche_core::event::item::{Item, ItemKind};
use demarche_core::event::kind::{ActorKind, Capacity, Kind, Outcome, Told};
use demarche_core::vocab::card::Stream;
use demarche_core::vocab::moment::{Moment, Precision};
use demarche_core::vocab::place::{Place, SourceNumber};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::file::metadata::PageIndexPolicy;

use crate::error::Error;
use crate::spill::texts;
use crate::spill::texts::N_TEXTS;
use crate::table::schema::{FORMAT, FORMAT_KEY, MARKS, WORDS};
use crate::table::write::failed;

/// Rows read at once.
pub(crate) const BATCH_ROWS: usize = 1_024;

/// A stored file whose footer was read.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    pub path: PathBuf,
    metadata: ArrowReaderMetadata,
    pub n_rows: u64,
}

impl StoredFile {
    /// Opens a file and checks that this version wrote it.
    pub fn open(path: PathBuf) -> Result<StoredFile, Error> {
        let file = File::open(&path).map_err(|cause| Error::disk(&path, &cause))?;
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata =
            ArrowReaderMetadata::load(&file, options).map_err(|cause| failed(&path, cause))?;
        let about = metadata.metadata().file_metadata();
        let ours = about.key_value_metadata().is_some_and(|pairs| {
            pairs
                .iter()
                .any(|pair| pair.key == FORMAT_KEY && pair.value.as_deref() == Some(FORMAT))
        });
        if !ours {
            return Err(Error::format(
                &path,
                "not written in the form of this version",
            ));
        }
        let n_rows = about.num_rows().max(0) as u64;
        Ok(StoredFile {
            path,
            metadata,
            n_rows,
        })
    }

    /// A reader of some ranges of rows, in order, of all columns or of the first few.
    pub fn rows(
        &self,
        ranges: impl Iterator<Item = std::ops::Range<usize>>,
        columns: Option<usize>,
    ) -> Result<ParquetRecordBatchReader, Error> {
        let file = File::open(&self.path).map_err(|cause| Error::disk(&self.path, &cause))?;
        let total = self.n_rows as usize;
        let selection = RowSelection::from_consecutive_ranges(ranges, total);
        let mut builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_batch_size(BATCH_ROWS)
                .with_row_selection(selection);
        if let Some(columns) = columns {
            let mask = ProjectionMask::roots(builder.parquet_schema(), 0..columns);
            builder = builder.with_projection(mask);
        }
        builder.build().map_err(|cause| failed(&self.path, cause))
    }

    /// What a batch that could not be read means.
    pub fn broken(&self, cause: impl std::fmt::Display) -> Error {
        Error::format(&self.path, cause)
    }
}

fn primitive<T: ArrowPrimitiveType>(batch: &RecordBatch, at: usize) -> Option<&PrimitiveArray<T>> {
    batch.columns().get(at)?.as_primitive_opt::<T>()
}

fn strings(batch: &RecordBatch, at: usize) -> Option<&StringArray> {
    batch.columns().get(at)?.as_string_opt::<i32>()
}

/// A text, empty where it is absent.
fn text(column: &StringArray, row: usize) -> &str {
    if column.is_null(row) {
        ""
    } else {
        column.value(row)
    }
}

/// A batch of the events table, column by column.
pub(crate) struct EventRows<'b> {
    time: &'b TimestampMicrosecondArray,
    source: &'b UInt32Array,
    leaf: &'b UInt64Array,
    event: &'b UInt32Array,
    offset: &'b UInt64Array,
    length: &'b UInt64Array,
    words: Vec<&'b StringArray>,
    texts: Vec<&'b StringArray>,
    network_number: &'b UInt32Array,
    items_counted: &'b UInt64Array,
    token_issued: &'b TimestampMicrosecondArray,
    token_issued_precision: &'b StringArray,
    marks: Vec<&'b BooleanArray>,
    details: &'b ListArray,
    items: &'b UInt32Array,
}

/// Where rows of one actor stand in the merge.
pub(crate) type Standing = (i64, u32, u64, u32);

impl<'b> EventRows<'b> {
    /// The columns of a batch; `None` where they are not those of this version.
    pub fn of(batch: &'b RecordBatch) -> Option<EventRows<'b>> {
        let words = 7;
        let texts = words + WORDS.len();
        let values = texts + N_TEXTS;
        let marks = values + 4;
        let lists = marks + MARKS.len();
        let many = |from: usize, n: usize| -> Option<Vec<&StringArray>> {
            (from..from + n).map(|at| strings(batch, at)).collect()
        };
        Some(EventRows {
            time: primitive::<TimestampMicrosecondType>(batch, 1)?,
            source: primitive::<UInt32Type>(batch, 2)?,
            leaf: primitive::<UInt64Type>(batch, 3)?,
            event: primitive::<UInt32Type>(batch, 4)?,
            offset: primitive::<UInt64Type>(batch, 5)?,
            length: primitive::<UInt64Type>(batch, 6)?,
            words: many(words, WORDS.len())?,
            texts: many(texts, N_TEXTS)?,
            network_number: primitive::<UInt32Type>(batch, values)?,
            items_counted: primitive::<UInt64Type>(batch, values + 1)?,
            token_issued: primitive::<TimestampMicrosecondType>(batch, values + 2)?,
            token_issued_precision: strings(batch, values + 3)?,
            marks: (marks..lists)
                .map(|at| batch.columns().get(at)?.as_boolean_opt())
                .collect::<Option<_>>()?,
            details: batch.columns().get(lists)?.as_list_opt::<i32>()?,
            items: primitive::<UInt32Type>(batch, lists + 1)?,
        })
    }

    /// What decides the order among actors' streams.
    pub fn standing(&self, row: usize) -> Standing {
        (
            self.time.value(row),
            self.source.value(row),
            self.leaf.value(row),
            self.event.value(row),
        )
    }

    /// How many items a row names.
    pub fn n_items(&self, row: usize) -> usize {
        self.items.value(row) as usize
    }

    /// The event of a row, without its items.
    pub fn event(&self, row: usize) -> Event<'b> {
        let word = |at: usize| self.words[at].value(row);
        let issued = (!self.token_issued.is_null(row)).then(|| Moment {
            micros: self.token_issued.value(row),
            precision: precision(text(self.token_issued_precision, row)),
        });
        let mut event = Event {
            place: Place {
                source: SourceNumber(self.source.value(row)),
                leaf: self.leaf.value(row),
                offset: self.offset.value(row),
                length: self.length.value(row),
            },
            at: Moment {
                micros: self.time.value(row),
                precision: precision(word(0)),
            },
            stream: Stream::from_word(word(1)).unwrap_or_default(),
            kind: Kind::from_word(word(2)).unwrap_or_default(),
            outcome: Outcome::from_word(word(3)),
            actor_kind: ActorKind::from_word(word(4)),
            capacity: Capacity::from_word(word(5)),
            throttled: Told::from_word(word(6)),
            marks: self.marks(row),
            network_number: if self.network_number.is_null(row) {
                0
            } else {
                self.network_number.value(row)
            },
            items_counted: (!self.items_counted.is_null(row))
                .then(|| self.items_counted.value(row)),
            ..Event::default()
        };
        event.ties.token_issued = issued;
        texts::assign(
            &mut event,
            std::array::from_fn(|at| self.texts.get(at).map_or("", |column| text(column, row))),
        );
        self.details(row, &mut event);
        event
    }

    fn marks(&self, row: usize) -> Marks {
        let mark = |at: usize| self.marks[at].value(row);
        Marks {
            background: mark(0),
            relay: mark(1),
            lossy: mark(2),
            grouped: mark(3),
            salvaged: mark(4),
            external: mark(5),
            peer: mark(6),
            conflicting: mark(7),
        }
    }

    fn details(&self, row: usize, event: &mut Event<'b>) {
        let offsets = self.details.value_offsets();
        let Some(pairs) = self.details.values().as_struct_opt() else {
            return;
        };
        let columns = pairs.columns();
        let names = columns.first().and_then(|c| c.as_string_opt::<i32>());
        let values = columns.get(1).and_then(|c| c.as_string_opt::<i32>());
        if let (Some(names), Some(values)) = (names, values) {
            for at in offsets[row] as usize..offsets[row + 1] as usize {
                let pair = (names.value(at), values.value(at));
                event
                    .details
                    .push((Cow::Borrowed(pair.0), Cow::Borrowed(pair.1)));
            }
        }
    }
}

fn precision(word: &str) -> Precision {
    match word {
        "day" => Precision::Day,
        "minute" => Precision::Minute,
        "fraction" => Precision::Fraction,
        _ => Precision::Second,
    }
}

/// A batch of the items table, column by column.
pub(crate) struct ItemRows<'b> {
    kind: &'b StringArray,
    texts: [&'b StringArray; 5],
    size_bytes: &'b UInt64Array,
    rows: &'b UInt64Array,
}

impl<'b> ItemRows<'b> {
    /// The columns of a batch; `None` where they are not those of this version.
    pub fn of(batch: &'b RecordBatch) -> Option<ItemRows<'b>> {
        Some(ItemRows {
            kind: strings(batch, 4)?,
            texts: [
                strings(batch, 5)?,
                strings(batch, 6)?,
                strings(batch, 7)?,
                strings(batch, 8)?,
                strings(batch, 9)?,
            ],
            size_bytes: primitive::<UInt64Type>(batch, 10)?,
            rows: primitive::<UInt64Type>(batch, 11)?,
        })
    }

    /// The item of a row.
    pub fn item(&self, row: usize) -> Item<'b> {
        let value = |at: usize| Cow::Borrowed(text(self.texts[at], row));
        Item {
            kind: ItemKind::from_word(self.kind.value(row)),
            container: value(0),
            id: value(1),
            immutable_id: value(2),
            native_id: value(3),
            title: value(4),
            size_bytes: (!self.size_bytes.is_null(row)).then(|| self.size_bytes.value(row)),
            rows: self.rows.value(row),
        }
    }
}

/// Where the rows of one actor lie.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub actor: String,
    pub partition: usize,
    pub event_first: usize,
    pub events: usize,
    pub item_first: usize,
    pub items: usize,
}

/// Reads the list of actors, in order of key.
pub(crate) fn actors(path: &Path) -> Result<Vec<Stretch>, Error> {
    let file = StoredFile::open(path.to_owned())?;
    let mut all = Vec::new();
    for batch in file.rows(std::iter::once(0..file.n_rows as usize), None)? {
        let batch = batch.map_err(|cause| file.broken(cause))?;
        let columns = (
            strings(&batch, 0),
            primitive::<UInt32Type>(&batch, 1),
            (2..6)
                .map(|at| primitive::<UInt64Type>(&batch, at))
                .collect::<Option<Vec<_>>>(),
        );
        let (Some(actor), Some(partition), Some(numbers)) = columns else {
            return Err(file.broken("columns of another version"));
        };
        for row in 0..batch.num_rows() {
            let number = |at: usize| numbers[at].value(row) as usize;
            all.push(Stretch {
                actor: actor.value(row).to_owned(),
                partition: partition.value(row) as usize,
                event_first: number(0),
                events: number(1),
                item_first: number(2),
                items: number(3),
            });
        }
    }
    Ok(all)
}

/// Source and leaf of every event of a file, in order, read from two columns alone.
pub(crate) fn places(
    file: &StoredFile,
    each: &mut dyn FnMut(usize, (u32, u64)),
) -> Result<(), Error> {
    let mut row_first = 0;
    for batch in file.rows(std::iter::once(0..file.n_rows as usize), Some(4))? {
        let batch = batch.map_err(|cause| file.broken(cause))?;
        let columns = (
            primitive::<UInt32Type>(&batch, 2),
            primitive::<UInt64Type>(&batch, 3),
        );
        let (Some(source), Some(leaf)) = columns else {
            return Err(file.broken("columns of another version"));
        };
        for row in 0..batch.num_rows() {
            each(row_first + row, (source.value(row), leaf.value(row)));
        }
        row_first += batch.num_rows();
    }
    Ok(())
}
