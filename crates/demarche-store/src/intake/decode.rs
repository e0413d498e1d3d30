//! Opens files and archives and hands their decoded bytes on, block by block.
//!
//! Runs on its own thread: it reads, decompresses and hashes, while the other cuts and reads
//! records. Names inside archives are only names: nothing is ever written under them.

use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender};

use demarche_core::record::problem::ProblemKind;
use sha2::{Digest, Sha256};

use crate::intake::Bounds;
use crate::intake::magic::{self, Packing};
use crate::intake::on_disk::OnDisk;
use crate::intake::progress::Progress;
use crate::intake::source::Digests;
use crate::intake::walk::{Found, Refusal};
use crate::intake::window::Window;

/// Bytes handed on at once.
pub(crate) const BLOCK: usize = 512 << 10;

/// Memory that one decoder may ask for, in KiB.
const DECODER_KIB_MAX: u32 = 160 << 10;

/// What the decoding thread says.
#[derive(Debug)]
pub(crate) enum Said {
    /// A source begins.
    Begin { name: String, path: String },
    /// Its next bytes.
    Block(Window),
    /// It ends.
    End {
        bytes: u64,
        digests: Digests,
        refusal: Option<Refusal>,
    },
}

/// The other side is gone: the run has failed there, and this side stops.
#[derive(Debug)]
pub(crate) struct Gone;

/// Decodes files one after the other.
pub(crate) struct Decoder<'a> {
    pub bounds: Bounds,
    /// Where archives within archives are laid out, because they need to be sought in.
    pub spool: PathBuf,
    pub progress: &'a dyn Progress,
    pub out: SyncSender<Said>,
    /// Blocks that were used up, to be filled again.
    pub emptied: Receiver<Window>,
}

impl Decoder<'_> {
    /// Decodes one file; what is wrong with it is said, never returned.
    pub fn file(&self, found: &Found) -> Result<(), Gone> {
        let name = found.path.display().to_string();
        let opened = match &found.refused {
            Some(refusal) => Err(refusal.clone()),
            None => OnDisk::open(&found.path, self.progress).map_err(|cause| unreadable(&cause)),
        };
        let disk = match opened {
            Ok(disk) => disk,
            Err(refusal) => return self.refuse(&name, &name, found.bytes, refusal),
        };
        match disk.head().map(|head| magic::packing(&head)) {
            Err(cause) => self.refuse(&name, &name, found.bytes, unreadable(&cause)),
            Ok(Packing::Zip | Packing::SevenZip) => match disk.sought() {
                Ok(file) => self.members(file, &name, 0, &disk),
                Err(cause) => self.refuse(&name, &name, found.bytes, unreadable(&cause)),
            },
            Ok(_) => self.stream(&mut disk.tap(), &name, 0, &disk),
        }
    }

    /// One stream: unpacked as often as it is packed, then poured out or taken for an archive.
    pub(super) fn stream(
        &self,
        from: &mut dyn Read,
        name: &str,
        depth: u32,
        disk: &OnDisk<'_>,
    ) -> Result<(), Gone> {
        let mut head = Vec::new();
        if let Err(cause) = from.take(magic::HEAD_BYTES as u64).read_to_end(&mut head) {
            return self.refuse(name, disk.path(), disk.stored(), unreadable(&cause));
        }
        let packing = magic::packing(&head);
        let mut whole = head.as_slice().chain(from);
        if packing == Packing::Plain {
            return self.pour(&mut whole, name, depth == 0, disk);
        }
        if depth >= self.bounds.depth_max {
            let text = format!("packed more than {} times over", self.bounds.depth_max);
            let refusal = Refusal::new(ProblemKind::Unsupported, text);
            return self.refuse(name, disk.path(), disk.stored(), refusal);
        }
        if matches!(packing, Packing::Zip | Packing::SevenZip) {
            return self.nested(&mut whole, name, depth, disk);
        }
        match unpacked(packing, &mut whole) {
            Ok(mut unpacked) => self.stream(&mut *unpacked, name, depth + 1, disk),
            Err(cause) => self.refuse(name, disk.path(), disk.stored(), unreadable(&cause)),
        }
    }

    /// An archive within a stream: laid out in the spool folder, then opened.
    fn nested(
        &self,
        from: &mut dyn Read,
        name: &str,
        depth: u32,
        disk: &OnDisk<'_>,
    ) -> Result<(), Gone> {
        let room = self.bounds.decoded_bytes_max.saturating_sub(disk.decoded());
        let spooled = tempfile::tempfile_in(&self.spool).and_then(|mut file| {
            let n = io::copy(&mut from.take(room), &mut file)?;
            disk.count_decoded(n);
            io::Seek::rewind(&mut file)?;
            Ok(file)
        });
        match spooled {
            Ok(file) => self.members(file, name, depth, disk),
            Err(cause) => self.refuse(name, disk.path(), disk.stored(), unreadable(&cause)),
        }
    }

    /// Hands on a stream that is packed no more: one source. Where it is the file itself, what
    /// the file's hash has seen is what was decoded, and is not hashed again.
    fn pour(
        &self,
        from: &mut dyn Read,
        name: &str,
        is_file: bool,
        disk: &OnDisk<'_>,
    ) -> Result<(), Gone> {
        self.say(Said::Begin {
            name: name.to_owned(),
            path: disk.path().to_owned(),
        })?;
        // A block that is taken for part of a bomb is read and not handed on.
        let is_file = is_file && disk.bytes() <= self.bounds.decoded_bytes_max;
        let mut hasher = Sha256::new();
        let mut refusal = None;
        loop {
            let mut block = self.emptied.try_recv().unwrap_or_default();
            let read = fill(from, &mut block);
            disk.count_decoded(block.len() as u64);
            if let Some(bomb) = self.bomb(disk) {
                refusal = Some(bomb);
                break;
            }
            let ended = block.len() < BLOCK;
            if !is_file {
                hasher.update(&*block);
            }
            if !block.is_empty() {
                self.say(Said::Block(block))?;
            }
            if let Err(cause) = read {
                let text = format!("cannot be read to its end: {cause}");
                refusal = Some(Refusal::new(ProblemKind::Unreadable, text));
                break;
            }
            if ended {
                break;
            }
        }
        let decoded_sha256 = if is_file {
            disk.digest_so_far()
        } else {
            hasher.finalize().into()
        };
        let (file_sha256, changed) = disk.finish();
        self.say(Said::End {
            bytes: disk.stored(),
            digests: Digests {
                file_sha256,
                decoded_sha256,
            },
            refusal: refusal.or(changed),
        })
    }

    /// Whether a file has decoded to more than it may.
    pub(super) fn bomb(&self, disk: &OnDisk<'_>) -> Option<Refusal> {
        let decoded = disk.decoded();
        let ratio = decoded / disk.bytes().max(1);
        let beyond = decoded > self.bounds.decoded_bytes_max
            || (decoded > self.bounds.ratio_from_bytes && ratio > self.bounds.ratio_max);
        beyond.then(|| {
            let text = format!(
                "decodes to more than {ratio} times its size ({decoded} bytes so far), which is taken for an archive bomb"
            );
            Refusal::new(ProblemKind::Unsupported, text)
        })
    }

    /// A source that cannot be read at all.
    pub(super) fn refuse(
        &self,
        name: &str,
        path: &str,
        bytes: u64,
        refusal: Refusal,
    ) -> Result<(), Gone> {
        self.say(Said::Begin {
            name: name.to_owned(),
            path: path.to_owned(),
        })?;
        let digests = Digests {
            decoded_sha256: Sha256::new().finalize().into(),
            ..Digests::default()
        };
        self.say(Said::End {
            bytes,
            digests,
            refusal: Some(refusal),
        })
    }

    pub(super) fn say(&self, said: Said) -> Result<(), Gone> {
        self.out.send(said).map_err(|_| Gone)
    }
}

pub(super) fn unreadable(cause: &io::Error) -> Refusal {
    Refusal::new(ProblemKind::Unreadable, format!("cannot be read: {cause}"))
}

/// Fills a block as far as there is something to read.
fn fill(from: &mut dyn Read, block: &mut Window) -> io::Result<()> {
    let room = block.begin(BLOCK);
    let mut n_read = 0;
    let outcome = loop {
        match from.read(&mut room[n_read..]) {
            Ok(0) => break Ok(()),
            Ok(n) => n_read += n,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => break Err(cause),
        }
        if n_read == BLOCK {
            break Ok(());
        }
    };
    block.truncate(n_read);
    outcome
}

/// A decoder of one stream.
fn unpacked<'a>(packing: Packing, from: &'a mut dyn Read) -> io::Result<Box<dyn Read + 'a>> {
    let from = BufReader::with_capacity(128 << 10, from);
    Ok(match packing {
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(from)),
        Packing::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(from)),
        Packing::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(
            from,
            true,
            DECODER_KIB_MAX,
        )),
        Packing::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(from)?;
            decoder.window_log_max(27)?;
            Box::new(decoder)
        }
        Packing::Plain | Packing::Zip | Packing::SevenZip => Box::new(from),
    })
}
