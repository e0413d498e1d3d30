//! Seals every span in the one pass of intake: leaves, tiles, lists.
//!
//! Invariants: a source that an earlier run sealed is sealed again with its own key and must lead
//! to the same root; memory is constant in the size of a source; a key is written before its seal.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::Range;
use std::path::Path;

use demarche_core::record::cut::SpanKind;
use demarche_core::vocab::place::SourceNumber;
use demarche_evidence::entry::SealedSource;
use demarche_evidence::hash::{Digest, Hasher};
use demarche_evidence::key::SourceKey;
use demarche_evidence::leaf::Kind;
use demarche_evidence::seal::Sealer;
use demarche_store::error::{Error, ErrorKind};
use demarche_store::intake::sealing::Sealing;
use demarche_store::intake::source::Digests;

use crate::evidence::layout::{Evidence, SourceFolder};
use crate::evidence::step;

/// Spans between two writes of tiles and lists.
const SPANS_A_WRITE: u64 = 4 * 1024;

/// A source that intake sealed.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Its seal, as its entry has it.
    pub seal: SealedSource,
    /// SHA-256 of its list of spans.
    pub list_sha256: Digest,
}

/// A source that an earlier run sealed, to be sealed again and come out the same.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Its seal.
    pub seal: SealedSource,
    /// Its key.
    pub key: SourceKey,
    /// Whether its records were split value by value.
    pub is_split: bool,
}

/// Seals the sources of a run into an evidence folder.
pub struct Seals {
    evidence: Evidence,
    /// Seals of earlier runs, by number.
    earlier: BTreeMap<u32, Earlier>,
    current: Option<Current>,
    /// What was sealed, in order of numbers.
    pub sealed: Vec<Sealed>,
}

/// Number and name of a source.
struct Name {
    number: u32,
    name: String,
}

/// The source under way.
struct Current {
    named: Name,
    key: SourceKey,
    sealer: Sealer,
    folder: SourceFolder,
    tiles: BufWriter<File>,
    spans: BufWriter<File>,
    list: Hasher,
    n_until_write: u64,
}

impl Seals {
    /// Seals into the folder of a case under way.
    pub fn new(case: &Path, earlier: BTreeMap<u32, Earlier>) -> Seals {
        Seals {
            evidence: Evidence::of(case),
            earlier,
            current: None,
            sealed: Vec::new(),
        }
    }

    fn current(&mut self) -> Result<&mut Current, Error> {
        self.current
            .as_mut()
            .ok_or_else(|| refused(&"a span without its source"))
    }

    /// Refuses a source that does not come out as it was sealed.
    fn check_against_earlier(&self, current: &Name, seal: &SealedSource) -> Result<(), Error> {
        let Some(Earlier { seal: earlier, .. }) = self.earlier.get(&current.number) else {
            return Ok(());
        };
        if earlier.decoded_commitment != seal.decoded_commitment {
            return Err(Error::new(
                ErrorKind::Sealing,
                format!(
                    "{} is not what it was: its SHA-256 has changed",
                    current.name
                ),
                "restore the file as it was taken in, or make a new case without --add",
            ));
        }
        if earlier != seal {
            return Err(Error::new(
                ErrorKind::Sealing,
                format!(
                    "{} does not lead to the root that was sealed for it",
                    current.name
                ),
                "its bytes are those sealed, but this version cuts them otherwise: make a new case, or add with the version that sealed it",
            ));
        }
        Ok(())
    }
}

impl Current {
    fn begin(named: Name, key: SourceKey, folder: SourceFolder) -> Result<Current, Error> {
        let root = folder.root();
        std::fs::create_dir_all(root).map_err(|cause| Error::disk(root, &cause))?;
        write_key(&folder.key(), &key)?;
        step::passed();
        let made = |path: &Path| {
            let file = File::create(path).map_err(|cause| Error::disk(path, &cause));
            file.map(BufWriter::new)
        };
        let mut sealer = Sealer::apart(&key);
        sealer.list_spans();
        Ok(Current {
            named,
            sealer,
            tiles: made(&folder.tiles())?,
            spans: made(&folder.spans())?,
            key,
            folder,
            list: Hasher::new(),
            n_until_write: SPANS_A_WRITE,
        })
    }

    /// One span more; what has gathered is written now and then.
    #[inline]
    fn count_down(&mut self) -> Result<(), Error> {
        self.n_until_write -= 1;
        if self.n_until_write == 0 {
            self.write()?;
        }
        Ok(())
    }

    /// Writes what has gathered, so that memory stays constant.
    fn write(&mut self) -> Result<(), Error> {
        self.n_until_write = SPANS_A_WRITE;
        for root in self.sealer.take_tiles() {
            let written = self.tiles.write_all(&root.0);
            written.map_err(|cause| Error::disk(&self.folder.tiles(), &cause))?;
        }
        let spans = self.sealer.take_spans();
        self.list.update(&spans);
        let written = self.spans.write_all(&spans);
        written.map_err(|cause| Error::disk(&self.folder.spans(), &cause))
    }

    /// Ends the source.
    fn end(mut self, decoded_sha256: Digest) -> Result<(Name, Sealed), Error> {
        self.write()?;
        let Current {
            named,
            key,
            sealer,
            folder,
            mut tiles,
            mut spans,
            list,
            ..
        } = self;
        let seal = sealer
            .finish_with(decoded_sha256)
            .map_err(|e| refused(&e))?;
        let tail = seal
            .tail
            .iter()
            .try_for_each(|hash| tiles.write_all(&hash.0));
        tail.and_then(|()| tiles.flush())
            .map_err(|cause| Error::disk(&folder.tiles(), &cause))?;
        let flushed = spans.flush();
        flushed.map_err(|cause| Error::disk(&folder.spans(), &cause))?;
        let decoded = key.decoded_commitment(&decoded_sha256);
        let sealed = Sealed {
            seal: SealedSource::new(&named.number.to_string(), &seal, decoded),
            list_sha256: list.finish(),
        };
        Ok((named, sealed))
    }
}

impl Sealing for Seals {
    fn open(&mut self, source: SourceNumber, name: &str) -> Result<(), Error> {
        let number = source.0;
        let name = name.to_owned();
        let folder = self.evidence.source(&number.to_string());
        let key = match self.earlier.get(&number) {
            Some(earlier) => earlier.key.clone(),
            None => SourceKey::new(demarche_evidence::random::bytes().map_err(|e| refused(&e))?),
        };
        self.current = Some(Current::begin(Name { number, name }, key, folder)?);
        Ok(())
    }

    #[inline]
    fn span(&mut self, kind: SpanKind, offset: u64, bytes: &[u8]) -> Result<u64, Error> {
        let current = self.current()?;
        let kind = match kind {
            SpanKind::Record => Kind::Record,
            SpanKind::Filler | SpanKind::Overlong { .. } => Kind::Filler,
        };
        let sealed = current.sealer.span(kind, offset, bytes);
        let leaf = sealed.map_err(|cause| refused(&cause))?;
        current.count_down()?;
        Ok(leaf)
    }

    fn split(&mut self, offset: u64, bytes: &[u8], values: &[Range<usize>]) -> Result<u64, Error> {
        let current = self.current()?;
        let sealed = current.sealer.split(offset, bytes, values);
        let (leaf, _) = sealed.map_err(|cause| refused(&cause))?;
        current.count_down()?;
        Ok(leaf)
    }

    fn was_split(&self) -> Option<bool> {
        let number = self.current.as_ref()?.named.number;
        self.earlier.get(&number).map(|earlier| earlier.is_split)
    }

    fn close(&mut self, digests: &Digests) -> Result<(), Error> {
        let current = self.current.take();
        let current = current.ok_or_else(|| refused(&"a source that was not begun"))?;
        let (named, sealed) = current.end(Digest(digests.decoded_sha256))?;
        step::passed();
        self.check_against_earlier(&named, &sealed.seal)?;
        self.sealed.push(sealed);
        Ok(())
    }
}

/// Writes a source's key, readable by its owner only, and waits until it is on disk.
fn write_key(path: &Path, key: &SourceKey) -> Result<(), Error> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path);
    let mut file = opened.map_err(|cause| Error::disk(path, &cause))?;
    let written = file.write_all(key.secret()).and_then(|()| file.sync_all());
    written.map_err(|cause| Error::disk(path, &cause))
}

fn refused(cause: &dyn std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Sealing,
        format!("cannot seal: {cause}"),
        "this is a fault of the program: please report it",
    )
}
