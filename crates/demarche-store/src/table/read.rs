//! Reads stored tables back into events.

use std::borrow::Cow;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, AsArray, BooleanArray, ListArray, PrimitiveArray, RecordBatch,
    TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Field, Schema, SchemaRef, TimestampMicrosecondType, UInt32Type,
    UInt64Type,
};
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
use parquet::file::metadata::{PageIndexPolicy, ParquetStatisticsPolicy};
use parquet::file::statistics::Statistics;

use crate::error::Error;
use crate::spill::texts;
use crate::table::schema::{FORMAT, FORMAT_KEY, MARKS, WORDS};
use crate::table::texts::{Texts, Words};
use crate::table::write::failed;

/// The column of the time among those of an events table.
const TIME: usize = 1;

/// Rows read at once.
pub(crate) const BATCH_ROWS: usize = 1_024;

/// What is read of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every column.
    Whole,
    /// What sessions are folded from: everything but [`NOT_FOLDED`].
    Folded,
    /// The first few columns.
    First(usize),
}

/// Columns that no session is folded from: ids of single records and items. They are half of the
/// bytes stored.
pub(crate) const NOT_FOLDED: [&str; 9] = [
    "record_id",
    "correlation",
    "item",
    "container",
    "id",
    "immutable_id",
    "native_id",
    "title",
    "size_bytes",
];

/// Columns whose values repeat within a row group: read as numbers into its dictionary, so that
/// no text is copied.
fn repeats(name: &str) -> bool {
    !matches!(name, "record_id" | "correlation" | "id" | "native_id")
}

/// The schema that a file is read by: the stored one, with dictionaries where values repeat.
fn read_by(stored: &Schema) -> SchemaRef {
    let fields = stored.fields().iter().map(|field| dictionary(field));
    Arc::new(Schema::new_with_metadata(
        fields.collect::<Vec<_>>(),
        stored.metadata().clone(),
    ))
}

fn dictionary(field: &Field) -> Field {
    let read_as = match field.data_type() {
        DataType::Utf8 if repeats(field.name()) => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
        DataType::List(inner) => DataType::List(Arc::new(dictionary(inner))),
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|field| dictionary(field)).collect())
        }
        other => other.clone(),
    };
    field.clone().with_data_type(read_as)
}

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
        // Where pages begin is needed, and when groups of rows were; all else that describes them
        // is not, and grows with the store.
        let options = ArrowReaderOptions::new()
            .with_offset_index_policy(PageIndexPolicy::Optional)
            .with_column_stats_policy(ParquetStatisticsPolicy::skip_except(&[TIME]))
            .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
        let metadata = ArrowReaderMetadata::load(&file, options.clone())
            .map_err(|cause| failed(&path, cause))?;
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
        let schema = read_by(metadata.schema());
        let metadata = ArrowReaderMetadata::try_new(
            Arc::clone(metadata.metadata()),
            options.with_schema(schema),
        )
        .map_err(|cause| failed(&path, cause))?;
        Ok(StoredFile {
            path,
            metadata,
            n_rows,
        })
    }

    /// A reader of some ranges of rows, in order.
    pub fn rows(
        &self,
        ranges: impl Iterator<Item = Range<usize>>,
        extent: Extent,
    ) -> Result<ParquetRecordBatchReader, Error> {
        let file = File::open(&self.path).map_err(|cause| Error::disk(&self.path, &cause))?;
        let total = self.n_rows as usize;
        let selection = RowSelection::from_consecutive_ranges(ranges, total);
        let mut builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_batch_size(BATCH_ROWS)
                .with_row_selection(selection);
        let names = builder.schema().fields().iter().map(|field| field.name());
        let wanted: Vec<usize> = names
            .enumerate()
            .filter(|(at, name)| match extent {
                Extent::Whole => true,
                Extent::Folded => !NOT_FOLDED.contains(&name.as_str()),
                Extent::First(n) => at < &n,
            })
            .map(|(at, _)| at)
            .collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
        builder = builder.with_projection(mask);
        builder.build().map_err(|cause| failed(&self.path, cause))
    }

    /// A reader of one range of rows, of the columns named.
    pub fn columns(
        &self,
        range: Range<usize>,
        names: &[&str],
    ) -> Result<ParquetRecordBatchReader, Error> {
        let file = File::open(&self.path).map_err(|cause| Error::disk(&self.path, &cause))?;
        let total = self.n_rows as usize;
        let selection = RowSelection::from_consecutive_ranges(std::iter::once(range), total);
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_batch_size(BATCH_ROWS)
                .with_row_selection(selection);
        let mask = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
        let reader = builder.with_projection(mask).build();
        reader.map_err(|cause| failed(&self.path, cause))
    }

    /// The rows of each group, with the least and greatest value of a column of whole numbers
    /// where they are on file.
    pub fn groups(&self, name: &str) -> impl Iterator<Item = (Range<usize>, Option<(i64, i64)>)> {
        let mut first = 0;
        self.metadata
            .metadata()
            .row_groups()
            .iter()
            .map(move |group| {
                let rows = first..first + group.num_rows().max(0) as usize;
                first = rows.end;
                let mut columns = group.columns().iter();
                let column = columns.find(|column| column.column_path().string() == name);
                let bounds = match column.and_then(|column| column.statistics()) {
                    Some(Statistics::Int64(bounds)) => {
                        bounds.min_opt().copied().zip(bounds.max_opt().copied())
                    }
                    _ => None,
                };
                (rows, bounds)
            })
    }

    /// What a batch that could not be read means.
    pub fn broken(&self, cause: impl std::fmt::Display) -> Error {
        Error::format(&self.path, cause)
    }
}

fn primitive<T: ArrowPrimitiveType>(batch: &RecordBatch, name: &str) -> Option<PrimitiveArray<T>> {
    batch.column_by_name(name)?.as_primitive_opt::<T>().cloned()
}

/// A batch of the events table, column by column.
pub(crate) struct EventRows {
    pub n_rows: usize,
    time: TimestampMicrosecondArray,
    source: UInt32Array,
    leaf: UInt64Array,
    event: UInt32Array,
    offset: UInt64Array,
    length: UInt64Array,
    time_precision: Words<Precision>,
    stream: Words<Stream>,
    kind: Words<Kind>,
    outcome: Words<Outcome>,
    actor_kind: Words<ActorKind>,
    capacity: Words<Capacity>,
    throttled: Words<Told>,
    texts: Vec<Texts>,
    network_number: UInt32Array,
    items_counted: UInt64Array,
    token_issued: TimestampMicrosecondArray,
    token_issued_precision: Words<Precision>,
    marks: Vec<BooleanArray>,
    details: ListArray,
    /// Names and values of details.
    pairs: (Texts, Texts),
    items: UInt32Array,
}

/// Where rows of one actor stand in the merge.
pub(crate) type Standing = (i64, u32, u64, u32);

impl EventRows {
    /// The columns of a batch; `None` where they are not those of this version.
    pub fn of(batch: &RecordBatch) -> Option<EventRows> {
        let [
            time_precision,
            stream,
            kind,
            outcome,
            actor_kind,
            capacity,
            throttled,
        ] = WORDS;
        let details = batch
            .column_by_name("details")?
            .as_list_opt::<i32>()?
            .clone();
        let pairs = details.values().as_struct_opt()?.columns();
        let pairs = (Texts::of(pairs.first()?)?, Texts::of(pairs.get(1)?)?);
        Some(EventRows {
            n_rows: batch.num_rows(),
            time: primitive::<TimestampMicrosecondType>(batch, "time")?,
            source: primitive::<UInt32Type>(batch, "source")?,
            leaf: primitive::<UInt64Type>(batch, "leaf")?,
            event: primitive::<UInt32Type>(batch, "event")?,
            offset: primitive::<UInt64Type>(batch, "offset")?,
            length: primitive::<UInt64Type>(batch, "length")?,
            time_precision: Words::named(batch, time_precision, precision)?,
            stream: Words::named(batch, stream, |word| {
                Stream::from_word(word).unwrap_or_default()
            })?,
            kind: Words::named(batch, kind, |word| {
                Kind::from_word(word).unwrap_or_default()
            })?,
            outcome: Words::named(batch, outcome, Outcome::from_word)?,
            actor_kind: Words::named(batch, actor_kind, ActorKind::from_word)?,
            capacity: Words::named(batch, capacity, Capacity::from_word)?,
            throttled: Words::named(batch, throttled, Told::from_word)?,
            texts: texts::NAMES
                .iter()
                .map(|name| Texts::named(batch, name))
                .collect::<Option<_>>()?,
            network_number: primitive::<UInt32Type>(batch, "network_number")?,
            items_counted: primitive::<UInt64Type>(batch, "items_counted")?,
            token_issued: primitive::<TimestampMicrosecondType>(batch, "token_issued")?,
            token_issued_precision: Words::named(batch, "token_issued_precision", precision)?,
            marks: MARKS
                .iter()
                .map(|name| batch.column_by_name(name)?.as_boolean_opt().cloned())
                .collect::<Option<_>>()?,
            pairs,
            details,
            items: primitive::<UInt32Type>(batch, "items")?,
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
    pub fn event(&self, row: usize) -> Event<'_> {
        let issued = (!self.token_issued.is_null(row)).then(|| Moment {
            micros: self.token_issued.value(row),
            precision: self.token_issued_precision.at(row),
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
                precision: self.time_precision.at(row),
            },
            stream: self.stream.at(row),
            kind: self.kind.at(row),
            outcome: self.outcome.at(row),
            actor_kind: self.actor_kind.at(row),
            capacity: self.capacity.at(row),
            throttled: self.throttled.at(row),
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
            std::array::from_fn(|at| self.texts.get(at).map_or("", |column| column.at(row))),
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

    fn details<'b>(&'b self, row: usize, event: &mut Event<'b>) {
        let offsets = self.details.value_offsets();
        let (names, values) = &self.pairs;
        for at in offsets[row] as usize..offsets[row + 1] as usize {
            let pair = (Cow::Borrowed(names.at(at)), Cow::Borrowed(values.at(at)));
            event.details.push(pair);
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
pub(crate) struct ItemRows {
    pub n_rows: usize,
    kind: Words<ItemKind>,
    texts: [Texts; 5],
    size_bytes: Option<UInt64Array>,
    rows: UInt64Array,
}

impl ItemRows {
    /// The columns of a batch; `None` where they are not those of this version.
    pub fn of(batch: &RecordBatch) -> Option<ItemRows> {
        Some(ItemRows {
            n_rows: batch.num_rows(),
            kind: Words::named(batch, "kind", ItemKind::from_word)?,
            texts: [
                Texts::named(batch, "container")?,
                Texts::named(batch, "id")?,
                Texts::named(batch, "immutable_id")?,
                Texts::named(batch, "native_id")?,
                Texts::named(batch, "title")?,
            ],
            size_bytes: primitive::<UInt64Type>(batch, "size_bytes"),
            rows: primitive::<UInt64Type>(batch, "rows")?,
        })
    }

    /// The item of a row.
    pub fn item(&self, row: usize) -> Item<'_> {
        let value = |at: usize| Cow::Borrowed(self.texts[at].at(row));
        Item {
            kind: self.kind.at(row),
            container: value(0),
            id: value(1),
            immutable_id: value(2),
            native_id: value(3),
            title: value(4),
            size_bytes: self
                .size_bytes
                .as_ref()
                .filter(|sizes| sizes.is_valid(row))
                .map(|sizes| sizes.value(row)),
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

impl Stretch {
    /// Its rows of events, and of items.
    pub fn rows(&self) -> (Range<usize>, Range<usize>) {
        (
            self.event_first..self.event_first + self.events,
            self.item_first..self.item_first + self.items,
        )
    }
}

/// Reads the list of actors, in order of key.
pub(crate) fn actors(path: &Path) -> Result<Vec<Stretch>, Error> {
    let file = StoredFile::open(path.to_owned())?;
    let mut all = Vec::new();
    for batch in file.rows(std::iter::once(0..file.n_rows as usize), Extent::Whole)? {
        let batch = batch.map_err(|cause| file.broken(cause))?;
        let numbers = ["event_first", "events", "item_first", "items"];
        let columns = (
            Texts::named(&batch, "actor"),
            primitive::<UInt32Type>(&batch, "partition"),
            numbers
                .iter()
                .map(|name| primitive::<UInt64Type>(&batch, name))
                .collect::<Option<Vec<_>>>(),
        );
        let (Some(actor), Some(partition), Some(numbers)) = columns else {
            return Err(file.broken("columns of another version"));
        };
        for row in 0..batch.num_rows() {
            let number = |at: usize| numbers[at].value(row) as usize;
            all.push(Stretch {
                actor: actor.at(row).to_owned(),
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
    for batch in file.rows(std::iter::once(0..file.n_rows as usize), Extent::First(4))? {
        let batch = batch.map_err(|cause| file.broken(cause))?;
        let columns = (
            primitive::<UInt32Type>(&batch, "source"),
            primitive::<UInt64Type>(&batch, "leaf"),
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

#[cfg(test)]
mod tests {
    #[test]
    fn bounds_are_kept_of_the_time() {
        let events = crate::table::schema::events();
        assert_eq!(events.field(super::TIME).name(), "time");
    }
}
