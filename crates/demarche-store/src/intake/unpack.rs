//! Members of zip and 7z archives, one source each.

use std::fs::File;
use std::io::{BufReader, Read};

use demarche_core::record::problem::ProblemKind;

use crate::intake::decode::{Decoder, Gone, unreadable};
use crate::intake::magic::{self, Packing};
use crate::intake::on_disk::OnDisk;
use crate::intake::walk::Refusal;

/// Names of members are shown up to so many characters.
const NAME_CHARACTERS_MAX: usize = 512;

impl Decoder<'_> {
    /// Decodes every member of an archive that can be sought in.
    pub(super) fn members(
        &self,
        mut file: File,
        name: &str,
        depth: u32,
        disk: &OnDisk<'_>,
    ) -> Result<(), Gone> {
        let mut head = Vec::new();
        let packing = Read::by_ref(&mut file)
            .take(magic::HEAD_BYTES as u64)
            .read_to_end(&mut head)
            .and_then(|_| std::io::Seek::rewind(&mut file))
            .map(|()| magic::packing(&head));
        let n_before = disk.count_member();
        let done = match packing {
            Ok(Packing::SevenZip) => self.seven_zip(file, name, depth, disk),
            Ok(_) => self.zip(file, name, depth, disk),
            Err(cause) => Ok(Err(unreadable(&cause))),
        };
        let refusal = match done? {
            Err(refusal) => Some(refusal),
            Ok(()) if disk.count_member() == n_before + 1 => Some(Refusal::new(
                ProblemKind::Unsupported,
                "is an archive without files",
            )),
            Ok(()) => None,
        };
        match refusal {
            Some(refusal) => self.refuse(name, disk.path(), disk.bytes(), refusal),
            None => Ok(()),
        }
    }

    fn zip(
        &self,
        file: File,
        name: &str,
        depth: u32,
        disk: &OnDisk<'_>,
    ) -> Result<Result<(), Refusal>, Gone> {
        let mut archive = match zip::ZipArchive::new(BufReader::new(file)) {
            Ok(archive) => archive,
            Err(cause) => return Ok(Err(broken("zip", &cause))),
        };
        for index in 0..archive.len() {
            let mut member = match archive.by_index(index) {
                Ok(member) => member,
                Err(cause) => {
                    let name = format!("{name}!#{index}");
                    disk.count_member();
                    self.refuse(&name, disk.path(), 0, broken("member", &cause))?;
                    continue;
                }
            };
            if member.is_dir() {
                continue;
            }
            let inner = String::from_utf8_lossy(member.name_raw()).into_owned();
            disk.begin_member(member.compressed_size());
            if let Err(refusal) = self.member(&mut member, (name, &inner), depth, disk)? {
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(()))
    }

    fn seven_zip(
        &self,
        file: File,
        name: &str,
        depth: u32,
        disk: &OnDisk<'_>,
    ) -> Result<Result<(), Refusal>, Gone> {
        let password = sevenz_rust2::Password::empty();
        let mut reader = match sevenz_rust2::ArchiveReader::new(BufReader::new(file), password) {
            Ok(reader) => reader,
            Err(cause) => return Ok(Err(broken("7z", &cause))),
        };
        let mut outcome = Ok(Ok(()));
        let walked = reader.for_each_entries(|entry, bytes| {
            if entry.is_directory() {
                return Ok(true);
            }
            disk.begin_member(entry.compressed_size);
            outcome = self.member(bytes, (name, entry.name()), depth, disk);
            Ok(matches!(outcome, Ok(Ok(()))))
        });
        match (outcome, walked) {
            (Ok(Ok(())), Err(cause)) => Ok(Err(broken("7z", &cause))),
            (outcome, _) => outcome,
        }
    }

    /// One member: a stream of its own, named behind its archive.
    fn member(
        &self,
        bytes: &mut dyn Read,
        (archive, member): (&str, &str),
        depth: u32,
        disk: &OnDisk<'_>,
    ) -> Result<Result<(), Refusal>, Gone> {
        if disk.count_member() > self.bounds.members_max {
            let text = format!("holds more than {} members", self.bounds.members_max);
            return Ok(Err(Refusal::new(ProblemKind::Unsupported, text)));
        }
        let name = format!("{archive}!{}", shown(member));
        self.stream(bytes, &name, depth + 1, disk)?;
        Ok(match self.bomb(disk) {
            Some(bomb) => Err(bomb),
            None => Ok(()),
        })
    }
}

/// A member's name as shown: bounded, control characters escaped.
fn shown(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars().take(NAME_CHARACTERS_MAX) {
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

fn broken(what: &str, cause: &dyn std::fmt::Display) -> Refusal {
    let text = format!("{what} cannot be opened: {cause}");
    Refusal::new(ProblemKind::Unreadable, text)
}
