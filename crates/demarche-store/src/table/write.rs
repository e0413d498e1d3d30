//! Writes Parquet files whose bytes depend on their rows alone.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::error::Error;
use crate::table::schema::{FORMAT, FORMAT_KEY};

/// Rows of one row group: enough to compress, few enough to skip.
const GROUP_ROWS: usize = 65_536;

/// Rows of one page: what a replay of one actor must decode at the least.
const PAGE_ROWS: usize = 4_096;

/// Bytes of a row group under way that end it.
const GROUP_BYTES: usize = 64 << 20;

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
        let properties = WriterProperties::builder()
            .set_created_by("demarche".to_owned())
            .set_key_value_metadata(Some(vec![KeyValue::new(
                FORMAT_KEY.to_owned(),
                FORMAT.to_owned(),
            )]))
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_data_page_row_count_limit(PAGE_ROWS)
            .set_write_batch_size(PAGE_ROWS)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_statistics_truncate_length(Some(64))
            .build();
        let writer = ArrowWriter::try_new(file, schema, Some(properties))
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
