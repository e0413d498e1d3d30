//! Lists of addresses that the user hands in: hosting, threats, countries and operators.
//!
//! Nothing is fetched: what no file says is not known, and findings that need it say so.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use demarche_core::tenant::lists::Lists;
use demarche_core::vocab::address::Block;
use maxminddb::Reader;
use serde::Deserialize;

use crate::error::{Error, OnFile, Result};

/// Bytes of a list, at most.
const LIST_BYTES_MAX: u64 = 64 << 20;
/// The folder of a case that keeps its lists.
const FOLDER: &str = "lists";

/// One list of blocks of addresses, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockList {
    /// Its text, which the case keeps.
    pub text: String,
    /// Its blocks, each with what the line says behind it.
    pub blocks: Vec<(Block, String)>,
}

/// A database of countries or operators, in MaxMind's format.
#[derive(Clone)]
pub struct Database {
    /// Where it lies, as given.
    pub path: PathBuf,
    /// Its kind and day, as it states them.
    pub told: String,
    reader: Arc<Reader<Vec<u8>>>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.path.display(), self.told)
    }
}

/// Everything handed in about addresses.
#[derive(Clone, Debug, Default)]
pub struct AddressLists {
    /// Hosting networks and anonymisers.
    pub hosting: BlockList,
    /// Addresses that somebody holds to be intruders'.
    pub threats: BlockList,
    /// Databases of countries and operators, in the order given.
    pub databases: Vec<Database>,
}

/// What databases know of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// Number of the operator's network, 0 where none is known.
    pub number: u32,
    /// Country by its two letters; empty where none is known.
    pub country: String,
}

/// The fields of such databases that are asked for.
#[derive(Debug, Default, Deserialize)]
struct Entry {
    autonomous_system_number: Option<u32>,
    country: Option<Country>,
    registered_country: Option<Country>,
}

#[derive(Debug, Default, Deserialize)]
struct Country {
    iso_code: Option<String>,
}

impl AddressLists {
    /// Reads what the command line names.
    ///
    /// # Errors
    /// Files that cannot be read, and lines that name no address, with their number.
    pub fn read(
        hosting: &[PathBuf],
        threats: &[PathBuf],
        databases: &[PathBuf],
    ) -> Result<AddressLists> {
        Ok(AddressLists {
            hosting: list(hosting)?,
            threats: list(threats)?,
            databases: databases
                .iter()
                .map(|path| database(path))
                .collect::<Result<_>>()?,
        })
    }

    /// Hands the lists to the judgement.
    pub fn tell(&self, lists: &mut Lists) {
        let hosting = self.hosting.blocks.iter().map(|(block, _)| *block);
        lists.anonymisers.extend(hosting);
        lists.threats.clone_from(&self.threats.blocks);
    }

    /// What the databases know of an address; the first that knows decides.
    pub fn look_up(&self, host: IpAddr) -> Whereabouts {
        let mut known = Whereabouts::default();
        for database in &self.databases {
            let found = database.reader.lookup(host).ok();
            let entry = found.and_then(|found| found.decode::<Entry>().ok().flatten());
            let entry = entry.unwrap_or_default();
            if known.number == 0 {
                known.number = entry.autonomous_system_number.unwrap_or(0);
            }
            let country = entry.country.or(entry.registered_country);
            if let (true, Some(code)) = (known.country.is_empty(), country.and_then(|c| c.iso_code))
            {
                known.country = code;
            }
        }
        known
    }

    /// What the method says of them.
    pub fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        let lists = [
            ("hosting networks and anonymisers", &self.hosting),
            ("threats", &self.threats),
        ];
        for (name, list) in lists.iter().filter(|(_, list)| !list.blocks.is_empty()) {
            said.push(format!(
                "A list of {name} with {} blocks was handed in.",
                list.blocks.len()
            ));
        }
        for database in &self.databases {
            said.push(format!(
                "Where records state no country or operator, {} says it ({}).",
                database.path.display(),
                database.told
            ));
        }
        said
    }

    /// Adds the lists that a case keeps to those of the command line.
    ///
    /// # Errors
    /// Those of the disk, and a file that was changed into no list.
    pub fn with_kept(mut self, case: &Path) -> Result<AddressLists> {
        for (name, own) in [
            ("hosting", &mut self.hosting),
            ("threats", &mut self.threats),
        ] {
            let path = case.join(FOLDER).join(format!("{name}.txt"));
            if !path.is_file() {
                continue;
            }
            let kept = list(&[path])?;
            if !own.text.contains(&kept.text) {
                own.text = format!("{}{}", kept.text, own.text);
                own.blocks = parsed(&own.text, name)?;
            }
        }
        Ok(self)
    }

    /// Keeps the lists in a case, so that it is judged again by the same ones.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn keep(&self, case: &Path) -> Result<()> {
        for (name, list) in [("hosting", &self.hosting), ("threats", &self.threats)] {
            if list.blocks.is_empty() {
                continue;
            }
            let folder = case.join(FOLDER);
            std::fs::create_dir_all(&folder).on("make", &folder)?;
            let path = folder.join(format!("{name}.txt"));
            std::fs::write(&path, &list.text).on("write", &path)?;
        }
        Ok(())
    }
}

fn list(paths: &[PathBuf]) -> Result<BlockList> {
    let mut text = String::new();
    for path in paths {
        let bytes = path.metadata().on("read", path)?.len();
        if bytes > LIST_BYTES_MAX {
            return Err(Error::usage(format!(
                "{} has {bytes} bytes; a list has at most {LIST_BYTES_MAX}",
                path.display()
            )));
        }
        let more = std::fs::read_to_string(path).on("read", path)?;
        parsed(&more, &path.display().to_string())?;
        text.push_str(&more);
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    let blocks = parsed(&text, "lists")?;
    Ok(BlockList { text, blocks })
}

/// The blocks of a text: one a line, what follows it is said of it, `#` begins a remark.
fn parsed(text: &str, name: &str) -> Result<Vec<(Block, String)>> {
    let mut blocks = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with(';') {
            continue;
        }
        let end = line.find([' ', '\t', ',', ';']).unwrap_or(line.len());
        let (block, said) = line.split_at(end);
        let block = Block::parse(block).ok_or_else(|| {
            Error::usage(format!(
                "{name}, line {}: {block:?} is no address",
                number + 1
            ))
            .hint("one address or block a line, as in 203.0.113.0/24, then what it is")
        })?;
        let said = said.trim_matches([' ', '\t', ',', ';', '#', '"']);
        blocks.push((block, said.chars().take(200).collect()));
    }
    Ok(blocks)
}

fn database(path: &Path) -> Result<Database> {
    let reader = Reader::open_readfile(path).map_err(|cause| {
        Error::usage(format!("{} is no database of addresses", path.display()))
            .because(&cause)
            .hint("files in MaxMind's format end in .mmdb: GeoLite2-ASN, GeoLite2-Country and such")
    })?;
    let told = format!(
        "{}, made {}",
        reader.metadata().database_type,
        demarche_core::vocab::moment::Moment::from_micros(
            i64::try_from(reader.metadata().build_epoch)
                .unwrap_or(0)
                .saturating_mul(demarche_core::vocab::moment::SECOND)
        )
    );
    Ok(Database {
        path: path.to_owned(),
        told,
        reader: Arc::new(reader),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_blocks_with_what_is_said_of_them() {
        let text = "# made by hand\n203.0.113.0/24, a hoster\n2001:db8::1\n\n; end\n";
        let found: Vec<String> = parsed(text, "list")
            .unwrap()
            .iter()
            .map(|(block, said)| format!("{block:?} {said:?}"))
            .collect();
        assert_eq!(found.len(), 2);
        assert!(found[0].ends_with("\"a hoster\""), "{found:?}");
    }

    #[test]
    fn a_line_that_names_no_address_is_told_with_its_number() {
        let why = parsed("203.0.113.9\nnobody\n", "threats.txt").unwrap_err();
        assert!(why.to_string().contains("line 2"), "{why}");
    }
}
