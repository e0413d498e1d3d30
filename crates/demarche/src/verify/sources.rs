//! Sources hashed again: found by path or by hash, decoded, held against their seals.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use demarche_evidence::entry::{Entry, SealedSource};
use demarche_evidence::hash::{Digest, Hasher};
use demarche_evidence::key::SourceKey;
use demarche_evidence::verify::{Faults, source};
use demarche_store::intake::again::{self, Heard};

use crate::evidence::entries::kind;
use crate::evidence::layout::Evidence;
use crate::verify::concealed::Concealed;

/// Blocks that the decoder may be ahead of a check.
const BLOCKS_AHEAD: usize = 4;

/// The most files looked at while sources that have moved are searched for.
const CANDIDATES_MAX: usize = 1_000_000;

/// A source with what is needed to hash it again.
pub struct Known {
    /// Its seal.
    pub sealed: SealedSource,
    /// Its key.
    pub key: SourceKey,
    /// Its list of spans.
    pub list: Vec<u8>,
    /// Stored roots of full blocks.
    pub blocks: Vec<Digest>,
}

/// A file as received, with the sources that come of it, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Received {
    path: String,
    sha256: String,
    sources: Vec<String>,
}

/// What came of the search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Sources of the case.
    pub n_sources: usize,
    /// Those hashed again.
    pub n_hashed: usize,
    /// Their decoded bytes.
    pub n_bytes: u64,
}

/// Where sources may be.
pub struct Places<'a> {
    /// The case, which may have kept them.
    pub case: &'a Path,
    /// A folder to look in, by hash.
    pub moved: Option<&'a Path>,
    /// Where archives within archives are laid out.
    pub spool: &'a Path,
}

/// Hashes every source again that is here.
pub fn check(
    entries: &BTreeMap<u64, Entry>,
    concealed: &Concealed,
    known: &BTreeMap<String, Known>,
    places: &Places<'_>,
    faults: &mut Faults,
) -> Count {
    let files = received(entries, concealed, faults);
    let by_digest = candidates(&files, places, faults);
    let mut count = Count::default();
    for file in &files {
        count.n_sources += file.sources.len();
        let place = match by_digest.get(&file.sha256) {
            Some(place) => place.clone(),
            None => PathBuf::from(&file.path),
        };
        if !place.is_file() {
            let sources = file.sources.join(", ");
            faults.missing(format!(
                "source {sources} is not here ({}): --sources DIR says where it is now",
                file.path
            ));
            continue;
        }
        let done = again_file(file, &place, known, places.spool, faults);
        count.n_hashed += done.n_hashed;
        count.n_bytes += done.n_bytes;
    }
    count
}

/// Files as received: consecutive sources of one path are members of one file.
fn received(
    entries: &BTreeMap<u64, Entry>,
    concealed: &Concealed,
    faults: &mut Faults,
) -> Vec<Received> {
    let mut files: Vec<Received> = Vec::new();
    for (index, entry) in entries {
        if entry.common.kind != kind::SOURCE_RECEIVED {
            continue;
        }
        let source = entry.object.get("source").and_then(|value| value.as_str());
        let (path, sha256) = (
            concealed.text(*index, "path"),
            concealed.text(*index, "sha256"),
        );
        let Some(source) = source.filter(|_| !path.is_empty()) else {
            faults.missing(format!("where source of entry {index} lay is not known"));
            continue;
        };
        match files.iter_mut().find(|file| file.path == path) {
            Some(file) => file.sources.push(source.to_owned()),
            None => files.push(Received {
                path: path.to_owned(),
                sha256: sha256.to_owned(),
                sources: vec![source.to_owned()],
            }),
        }
    }
    files
}

/// Files that have a digest wanted, kept ones first.
fn candidates(
    files: &[Received],
    places: &Places<'_>,
    faults: &mut Faults,
) -> BTreeMap<String, PathBuf> {
    let mut found = Vec::new();
    for folder in [
        Some(places.case.join("sources")),
        places.moved.map(Path::to_owned),
    ] {
        let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
            continue;
        };
        if let Err(cause) = below(&folder, &mut found) {
            faults.missing(format!("{}: {cause}", folder.display()));
        }
    }
    let mut by_digest = BTreeMap::new();
    for path in found {
        if let Ok(digest) = digest_of(&path)
            && files.iter().any(|file| file.sha256 == digest)
        {
            by_digest.entry(digest).or_insert(path);
        }
    }
    by_digest
}

/// All files below a folder, in order.
fn below(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(std::fs::DirEntry::path);
        for entry in entries {
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else if found.len() < CANDIDATES_MAX {
                found.push(entry.path());
            }
        }
    }
    Ok(())
}

fn digest_of(path: &Path) -> io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Hasher::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut block)?;
        if n == 0 {
            return Ok(hasher.finish().to_string());
        }
        hasher.update(block.get(..n).unwrap_or_default());
    }
}

/// A check of one source under way on its own thread.
struct UnderWay<'scope> {
    blocks: SyncSender<Vec<u8>>,
    checked: std::thread::ScopedJoinHandle<'scope, Faults>,
    size: u64,
}

/// Decodes one file and checks the sources that come of it, one after the other.
fn again_file(
    file: &Received,
    place: &Path,
    known: &BTreeMap<String, Known>,
    spool: &Path,
    faults: &mut Faults,
) -> Count {
    let mut sources = file.sources.iter();
    let mut n_begun = 0;
    let mut found_digest = None;
    let mut all = Faults::new();
    let mut done = Count::default();
    std::thread::scope(|scope| {
        let mut under_way: Option<UnderWay<'_>> = None;
        again::decode(place, spool, &mut |heard| {
            match heard {
                Heard::Begin(_) => {
                    n_begun += 1;
                    let known = sources.next().and_then(|source| known.get(source));
                    under_way = known.map(|known| begin(scope, known));
                }
                Heard::Block(block) => {
                    if let Some(check) = &under_way {
                        // A check that failed early hears no more; its verdict is taken below.
                        let _ = check.blocks.send(block.to_vec());
                    }
                }
                Heard::End { digests, .. } => {
                    found_digest = Some(Digest(digests.file_sha256).to_string());
                    if let Some(check) = under_way.take() {
                        end(check, &mut done, &mut all);
                    }
                }
            }
            ControlFlow::Continue(())
        });
    });
    if found_digest
        .as_deref()
        .is_some_and(|found| found != file.sha256)
    {
        faults.altered(format!("{} is not the file that was received", file.path));
    }
    if n_begun < file.sources.len() {
        let missing = file.sources.len() - n_begun;
        faults.altered(format!(
            "{} has {missing} members fewer than were sealed",
            file.path
        ));
    }
    faults.extend(all);
    done
}

/// Begins to check a source.
fn begin<'scope>(
    scope: &'scope std::thread::Scope<'scope, '_>,
    known: &'scope Known,
) -> UnderWay<'scope> {
    let (blocks, decoded) = sync_channel(BLOCKS_AHEAD);
    let size = known.sealed.decoded_size;
    let checked = scope.spawn(move || {
        let mut decoded = Decoded {
            blocks: decoded,
            block: Vec::new(),
            at: 0,
        };
        let Known {
            sealed,
            key,
            list,
            blocks,
        } = known;
        source::check(&mut decoded, list, key, sealed, Some(blocks))
    });
    UnderWay {
        blocks,
        checked,
        size,
    }
}

/// Ends the check of a source.
fn end(check: UnderWay<'_>, count: &mut Count, faults: &mut Faults) {
    drop(check.blocks);
    match check.checked.join() {
        Ok(found) => {
            count.n_hashed += 1;
            count.n_bytes += check.size;
            faults.extend(found);
        }
        Err(_) => faults.missing("a check of a source ended without a verdict"),
    }
}

/// Blocks that come from another thread, as a reader.
struct Decoded {
    blocks: Receiver<Vec<u8>>,
    block: Vec<u8>,
    at: usize,
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.block.len() {
            match self.blocks.recv() {
                Ok(block) => (self.block, self.at) = (block, 0),
                Err(_) => return Ok(0),
            }
        }
        // An empty buffer asks whether there is more.
        let rest = self.block.get(self.at..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        let (to, from) = (buffer.get_mut(..n), rest.get(..n));
        if let (Some(to), Some(from)) = (to, from) {
            to.copy_from_slice(from);
        }
        self.at += n;
        Ok(n)
    }
}

/// Reads what is kept of each sealed source; what is missing or wrong is a fault.
pub fn known(
    evidence: &Evidence,
    sealed: &BTreeMap<String, (u64, SealedSource)>,
    entries: &BTreeMap<u64, Entry>,
    faults: &mut Faults,
) -> BTreeMap<String, Known> {
    let mut all = BTreeMap::new();
    for (source, (index, seal)) in sealed {
        let folder = evidence.source(source);
        let list_sha256 = entries.get(index).and_then(|entry| {
            let field = entry.object.get("list_sha256")?.as_str()?;
            Some(field.to_owned())
        });
        let key = taken(folder.read_key(), &folder.key(), faults)
            .filter(|key| sealed_so("key", source, key.commitment() == seal.k_commitment, faults));
        let list = taken(folder.read_spans(), &folder.spans(), faults).filter(|list| {
            let found = demarche_evidence::hash::sha256(list).to_string();
            sealed_so("list of spans", source, Some(found) == list_sha256, faults)
        });
        let tiles = taken(folder.read_tiles(seal.spans), &folder.tiles(), faults)
            .filter(|tiles| sealed_so("tiles", source, tiles.root() == seal.root, faults));
        if let (Some(key), Some(list), Some(tiles)) = (key, list, tiles) {
            let known = Known {
                sealed: seal.clone(),
                key,
                list,
                blocks: tiles.blocks,
            };
            all.insert(source.clone(), known);
        }
    }
    all
}

/// What was read of a file; present and malformed is altered, absent is missing.
fn taken<T>(read: io::Result<Option<T>>, path: &Path, faults: &mut Faults) -> Option<T> {
    match read {
        Ok(Some(value)) => return Some(value),
        Ok(None) if path.exists() => {
            faults.altered(format!("{} is not of its length", path.display()));
        }
        Ok(None) => faults.missing(format!("{} is missing", path.display())),
        Err(cause) => faults.missing(format!("{}: {cause}", path.display())),
    }
    None
}

/// Says so if something is not what was sealed.
fn sealed_so(what: &str, source: &str, same: bool, faults: &mut Faults) -> bool {
    if !same {
        faults.altered(format!("{what} of source {source} is not what was sealed"));
    }
    same
}
