//! Writes Parquet files whose bytes depend on their rows alone.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::error::Error;
use crate::table::schema::{FORMAT, FORMAT_KEY};

/// Rows of one row group: enough to compress, few enough to skip. Rows are sorted by actor, so
/// that a question about one account finds it in one group or two.
const GROUP_ROWS: usize = 16_384;

/// Rows of one page: what a replay of one actor must decode at the least.
const PAGE_ROWS: usize = 4_096;

/// Bytes of a row group under way that end it.
const GROUP_BYTES: usize = 64 << 20;

/// Columns whose least and greatest value are kept of each row group: those that questions ask
/// by. Of the others nobody skips a group, and finding them costs two comparisons a value.
const BOUNDED: [&str; 12] = [
    "actor",
    "time",
    "source",
    "leaf",
    "record_id",
    "operation",
    "address",
    "app",
    "client_app",
    "token",
    "session",
    "id",
];

/// Columns whose values hardly repeat: a dictionary of them is built, found too large and thrown
/// away.
const HARDLY_REPEATED: [&str; 8] = [
    "time",
    "leaf",
    "offset",
    "record_id",
    "correlation",
    "id",
    "native_id",
    "size_bytes",
];

/// Columns that are sought by one value which most groups do not have: each group says so.
const SOUGHT: [&str; 5] = ["record_id", "address", "token", "session", "id"];

/// One Parquet file being written.
pub(crate) struct TableFile {
    path: PathBuf,
    writer: ArrowWriter<File>,
}

/// What went wrong with a file, told apart from a full disk.
pub(crate) fn failed(path: &Path, cause: ParquetError) -> Error {
    match cause {
        ParquetError::External(inner) => match inner.downcast_ref::<std::io::Error>() {
            Some(cause) => Error::disk(path, cause),
            None => Error::format(path, inner),
        },
        cause => Error::format(path, cause),
    }
}

impl TableFile {
    /// Creates a file with these columns.
    pub fn create(path: PathBuf, schema: SchemaRef) -> Result<TableFile, Error> {
        let file = File::create(&path).map_err(|cause| Error::disk(&path, &cause))?;
        let mut properties = WriterProperties::builder()
            .set_created_by("demarche".to_owned())
            .set_key_value_metadata(Some(vec![KeyValue::new(
                FORMAT_KEY.to_owned(),
                FORMAT.to_owned(),
            )]))
            .set_compression(Compression::LZ4_RAW)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_data_page_row_count_limit(PAGE_ROWS)
            .set_write_batch_size(PAGE_ROWS)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_statistics_truncate_length(Some(64));
        for name in BOUNDED {
            properties = properties
                .set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::Chunk);
        }
        for name in HARDLY_REPEATED {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(name), false);
        }
        for name in SOUGHT {
            properties = properties.set_column_bloom_filter_enabled(ColumnPath::from(name), true);
        }
        let writer = ArrowWriter::try_new(file, schema, Some(properties.build()))
            .map_err(|cause| failed(&path, cause))?;
        Ok(TableFile { path, writer })
    }

    /// Adds rows.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let written = self.writer.write(batch).and_then(|()| {
            if self.writer.in_progress_size() > GROUP_BYTES {
                self.writer.flush()
            } else {
                Ok(())
            }
        });
        written.map_err(|cause| failed(&self.path, cause))
    }

    /// Writes what is buffered and the footer.
    pub fn close(self) -> Result<(), Error> {
        let path = self.path;
        self.writer
            .close()
            .map(|_| ())
            .map_err(|cause| failed(&path, cause))
    }
}
