//! The case key: where it lies, how it is made, and what it signed last.
//!
//! Invariants: one key never signs two logs of one name (the name has the case's random id); a key
//! that others can read is not used; a key inside a case is never looked for.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use demarche_evidence::note::Algorithm;
use demarche_evidence::random;
use demarche_evidence::sign::Signer;
use demarche_evidence::tile::FilesMut as _;

use crate::error::{Error, OnFile, Result};
use crate::evidence::layout::{self, Evidence};

/// Names the folder that stands in for the user's configuration folder.
pub const CONFIG: &str = "DEMARCHE_CONFIG";

/// What the names of keys made here begin with.
const NAME: &str = "demarche/case";

/// The key of one case.
#[derive(Debug)]
pub struct CaseKey {
    /// The case's random id.
    id: String,
    /// The secret, as text, under the name of the log.
    secret: String,
    /// The file it lies in.
    path: PathBuf,
    /// Whether it has still to be written there.
    is_new: bool,
}

impl CaseKey {
    /// The key of a case that begins: a new one, or one in a file that the user names.
    ///
    /// Nothing is written but the folder it will lie in; see [`CaseKey::keep`].
    ///
    /// # Errors
    /// No place for it, or a file that is no key or that others can read.
    pub fn of_new_case(key_file: Option<&Path>) -> Result<CaseKey> {
        let id = hex(&draw::<16>()?);
        let given = match key_file {
            Some(path) if path.exists() => Some((read(path)?, path)),
            _ => None,
        };
        if let Some((signer, path)) = given {
            let origin = format!("{}/{id}", signer.verifier_key().name());
            let secret = named(&signer, &origin)?.secret_text();
            let path = path.to_owned();
            return Ok(CaseKey {
                id,
                secret,
                path,
                is_new: false,
            });
        }
        let path = match key_file {
            Some(path) => path.to_owned(),
            None => folder()?.join(format!("{id}.key")),
        };
        let above = path.parent().filter(|above| !above.as_os_str().is_empty());
        if let Some(above) = above {
            make_private(above)?;
        }
        // A key file of the user's signs many cases, each under its own name.
        let origin = format!("{NAME}/{id}");
        let signer = Signer::new(&origin, Algorithm::Ed25519, &draw::<32>()?);
        let signer = signer.map_err(|cause| Error::run("cannot make a key").because(&cause))?;
        Ok(CaseKey {
            id,
            secret: signer.secret_text(),
            path,
            is_new: true,
        })
    }

    /// The key of a case that is there, found by the origin of its checkpoint.
    ///
    /// # Errors
    /// A case without a checkpoint, a key that is not there, or one of another case.
    pub fn of_case(evidence: &Evidence, key_file: Option<&Path>) -> Result<CaseKey> {
        let origin = origin(evidence)?;
        let (before, id) = origin.rsplit_once('/').unwrap_or(("", &origin));
        let path = match key_file {
            Some(path) => path.to_owned(),
            None => folder()?.join(format!("{}.key", file_name(id)?)),
        };
        if !path.exists() {
            return Err(
                Error::run(format!("the key of this case is not at {}", path.display())).hint(
                    "the log of a case goes on with its own key only: give it with --key-file",
                ),
            );
        }
        let signer = read(&path)?;
        let name = signer.verifier_key().name();
        if name != origin && name != before {
            return Err(Error::run(format!(
                "{} is the key of {name}, not of {origin}",
                path.display()
            ))
            .hint("the log of a case goes on with its own key only"));
        }
        Ok(CaseKey {
            id: file_name(id)?.to_owned(),
            secret: named(&signer, &origin)?.secret_text(),
            path,
            is_new: false,
        })
    }

    /// The case's random id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What signs.
    ///
    /// # Errors
    /// Never for a key made or read here.
    pub fn signer(&self) -> Result<Signer> {
        Signer::parse(&self.secret).map_err(|cause| Error::run("the case key").because(&cause))
    }

    /// Writes a key that is new into its file, readable by its owner only.
    ///
    /// # Errors
    /// Those of the disk, and a file that appeared there meanwhile.
    pub fn keep(&mut self) -> Result<()> {
        if !self.is_new {
            return Ok(());
        }
        write_private(&self.path, &self.secret)?;
        self.is_new = false;
        Ok(())
    }

    /// The checkpoint that this machine signed last for the case; `None` if it signed none.
    ///
    /// # Errors
    /// If it is there and cannot be read.
    pub fn last_signed(&self) -> Result<Option<Vec<u8>>> {
        let path = self.beside().join(self.memory_name());
        layout::read_if_there(&path).on("read", &path)
    }

    /// Remembers what is about to be put into the log.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn remember(&self, checkpoint: &[u8]) -> std::io::Result<()> {
        let mut folder = demarche_evidence::directory::Directory::create(&self.beside())?;
        folder.write(&self.memory_name(), checkpoint)
    }

    /// The folder the key lies in.
    fn beside(&self) -> PathBuf {
        match self.path.parent() {
            Some(above) if !above.as_os_str().is_empty() => above.to_owned(),
            _ => PathBuf::from("."),
        }
    }

    fn memory_name(&self) -> String {
        format!("{}.checkpoint", self.id)
    }
}

/// The origin that the checkpoint of a case names; nothing vouches for it yet.
fn origin(evidence: &Evidence) -> Result<String> {
    let path = evidence.checkpoint();
    let bytes = fs::read(&path).on("read", &path)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// An id as part of a file name: a checkpoint must not lead out of the folder of keys.
fn file_name(id: &str) -> Result<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if id.is_empty() || id.len() > 64 || !id.bytes().all(plain) {
        return Err(
            Error::run("the checkpoint of this case names no case of this program")
                .hint("evidence/log/checkpoint may have been altered"),
        );
    }
    Ok(id)
}

/// Reads a secret key.
fn read(path: &Path) -> Result<Signer> {
    check_private(path)?;
    let text = fs::read_to_string(path).on("read", path)?;
    let signer = Signer::parse(&text).map_err(|cause| {
        Error::run(format!("{} is no secret key", path.display()))
            .because(&cause)
            .hint("a key file is one line, PRIVATE+KEY+name+id+key")
    })?;
    if signer.verifier_key().algorithm() != Algorithm::Ed25519 {
        return Err(
            Error::run(format!("{} is the key of a witness", path.display()))
                .hint("a case is signed by a key of its own"),
        );
    }
    Ok(signer)
}

/// Reads the secret key of a witness.
///
/// # Errors
/// A file that is none, or that others can read.
pub fn read_witness(path: &Path) -> Result<Signer> {
    check_private(path)?;
    let text = fs::read_to_string(path).on("read", path)?;
    let signer = Signer::parse(&text).map_err(|cause| {
        Error::run(format!("{} is no secret key", path.display())).because(&cause)
    })?;
    if signer.verifier_key().algorithm() == Algorithm::Cosignature {
        return Ok(signer);
    }
    Err(
        Error::run(format!("{} is the key of a log", path.display()))
            .hint("a witness signs with a key of its own"),
    )
}

/// Writes a secret into a new file that only its owner can read.
///
/// # Errors
/// A file that is there, and errors of the disk.
pub fn write_private(path: &Path, secret: &str) -> Result<()> {
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .map_err(|cause| unwritable(path, &cause))?;
    file.write_all(format!("{secret}\n").as_bytes())
        .and_then(|()| file.sync_all())
        .on("write", path)
}

fn named(signer: &Signer, origin: &str) -> Result<Signer> {
    signer.named(origin).map_err(|cause| {
        Error::run(format!("{origin:?} cannot be the name of a log")).because(&cause)
    })
}

/// Refuses a key that other users can read.
#[cfg(unix)]
fn check_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).on("read", path)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(
            Error::run(format!("{} can be read by others", path.display()))
                .hint(format!("chmod 600 {}", path.display())),
        );
    }
    Ok(())
}

/// Windows gives files of a user's own folder to that user only.
#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<()> {
    Ok(())
}

/// Makes a folder that only its owner can look into.
fn make_private(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|cause| unwritable(path, &cause))
}

/// A folder of keys that cannot be made or written into: not the case's folder, so its hint is its
/// own.
fn unwritable(path: &Path, cause: &std::io::Error) -> Error {
    let what = format!("cannot write the case key to {}", path.display());
    Error::run(what).because(cause).hint(format!(
        "name a file for the key with --key-file, or a folder that you may write to in {CONFIG}"
    ))
}

/// The folder of keys.
fn folder() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = || std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    let own = if cfg!(windows) {
        set("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library").join("Application Support"))
    } else {
        let config = set("XDG_CONFIG_HOME").map(PathBuf::from);
        config.or_else(|| home().map(|home| home.join(".config")))
    };
    let own = own.map(|own| own.join("demarche"));
    let folder = set(CONFIG).map(PathBuf::from).or(own).ok_or_else(|| {
        Error::run("no configuration folder for the case key").hint(format!(
            "name a key with --key-file, or a folder in {CONFIG}"
        ))
    })?;
    Ok(folder.join("keys"))
}

/// Random bytes of the system.
///
/// # Errors
/// If it has none.
pub fn draw<const N: usize>() -> Result<[u8; N]> {
    random::bytes::<N>()
        .map_err(|cause| Error::run("the system gives no random bytes").because(&cause))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
