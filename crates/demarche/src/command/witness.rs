//! `demarche witness`: a checkpoint cosigned by another party, exchanged as files.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use demarche_evidence::directory::Locked;
use demarche_evidence::note::{Algorithm, Signature, VerifierKey};
use demarche_evidence::sign::Signer;
use demarche_evidence::witness::{REQUEST_BYTES_MAX, Request, Witness, WitnessError, parse_answer};

#[cfg(feature = "timestamps")]
use crate::command::stamp;
use crate::error::{Error, OnFile, Result};
use crate::evidence::key::{self, CaseKey};
use crate::evidence::layout::Evidence;
use crate::evidence::lock::Lock;
use crate::evidence::log::{self, Log};

/// Have a checkpoint cosigned by somebody else, by files.
///
/// The holder of a case makes a request; a witness (counsel, an auditor, a CERT) signs it on a
/// machine of its own; the holder adds the answer. All three files are those of C2SP tlog-witness,
/// so either side may use other programs.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Write a request: the checkpoint, and the proof that it continues what the witness signed.
    Request {
        /// The case folder.
        #[arg(value_name = "DIR")]
        case: PathBuf,
        /// The size that this witness signed last; 0 if it signed none.
        #[arg(long, value_name = "SIZE", default_value_t = 0)]
        old: u64,
        /// The file to write; it must not exist.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The file of the case key, if it is not in the configuration folder.
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
    },
    /// Write a request for a time stamp (RFC 3161) over the checkpoint, for an authority.
    #[cfg(feature = "timestamps")]
    StampRequest {
        /// The case folder.
        #[arg(value_name = "DIR")]
        case: PathBuf,
        /// The file to write; it must not exist.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Check an authority's answer, and keep it in the case log.
    #[cfg(feature = "timestamps")]
    Stamp {
        /// The case folder.
        #[arg(value_name = "DIR")]
        case: PathBuf,
        /// The answer: a time-stamp response, often FILE.tsr.
        #[arg(value_name = "ANSWER")]
        answer: PathBuf,
        /// The request: the answer must carry its nonce.
        #[arg(long, value_name = "FILE")]
        request: Option<PathBuf>,
        /// The checkpoint that was stamped, if the log has gone on since.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// Certificates of authorities that you trust, in PEM or DER.
        #[arg(long, value_name = "FILE")]
        authority: Option<PathBuf>,
        /// The file of the case key, if it is not in the configuration folder.
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
    },
    /// Cosign a request, unless the log was rolled back or forked.
    #[command(
        override_usage = "demarche witness sign [OPTIONS] --key-file <FILE> --log <VKEY>\n                             --state <DIR> --out <FILE> <REQUEST>"
    )]
    Sign {
        /// The request.
        #[arg(value_name = "REQUEST")]
        request: PathBuf,
        /// The witness's own secret key; made under --name if it is not there.
        #[arg(long, value_name = "FILE")]
        key_file: PathBuf,
        /// The name of a key that is to be made.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// A verifier key of a log that this witness watches; repeat for more.
        #[arg(long, value_name = "VKEY", required = true)]
        log: Vec<String>,
        /// The folder in which the witness keeps what it signed last.
        #[arg(long, value_name = "DIR")]
        state: PathBuf,
        /// The answer to write; it must not exist.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Add a witness's answer to the checkpoint of a case.
    Add {
        /// The case folder.
        #[arg(value_name = "DIR")]
        case: PathBuf,
        /// The answer.
        #[arg(value_name = "ANSWER")]
        answer: PathBuf,
        /// The witness's verifier key, that came by a way of its own; repeat for more.
        #[arg(long, value_name = "VKEY", required = true)]
        witness: Vec<String>,
        /// The file of the case key, if it is not in the configuration folder.
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
    },
}

/// Does one of them.
///
/// # Errors
/// What keeps a witness from signing, a log that cannot go on, errors of the disk.
pub fn run(arguments: Arguments) -> Result<u8> {
    match arguments.part {
        Part::Request {
            case,
            old,
            out,
            key_file,
        } => request(&case, old, &out, key_file.as_deref()),
        #[cfg(feature = "timestamps")]
        Part::StampRequest { case, out } => stamp::request(&case, &out),
        #[cfg(feature = "timestamps")]
        Part::Stamp {
            case,
            answer,
            request,
            checkpoint,
            authority,
            key_file,
        } => stamp::keep(&stamp::Answer {
            case,
            answer,
            request,
            checkpoint,
            authority,
            key_file,
        }),
        Part::Sign {
            request,
            key_file,
            name,
            log,
            state,
            out,
        } => {
            let signer = signer(&key_file, name.as_deref())?;
            let logs = keys(&log, Algorithm::Ed25519)?;
            sign(&request, (&signer, &key_file), &logs, &state, &out)
        }
        Part::Add {
            case,
            answer,
            witness,
            key_file,
        } => add(&case, &answer, &witness, key_file.as_deref()),
    }
}

fn request(case: &Path, old: u64, out: &Path, key_file: Option<&Path>) -> Result<u8> {
    let _lock = Lock::take(case)?;
    let evidence = Evidence::of(case);
    let key = CaseKey::of_case(&evidence, key_file)?;
    let log = Log::open(&evidence, &key)?;
    let path = match old {
        0 => Vec::new(),
        old => log.case_log().consistency(old).map_err(log::error)?,
    };
    let request = Request {
        old,
        path,
        checkpoint: log.checkpoint().to_vec(),
    };
    write_new(out, &request.to_bytes())?;
    anstream::println!(
        "request from {old} to {} entries: {}",
        log.size(),
        out.display()
    );
    Ok(0)
}

fn sign(
    request: &Path,
    (signer, key_file): (&Signer, &Path),
    logs: &[VerifierKey],
    state: &Path,
    out: &Path,
) -> Result<u8> {
    if out.exists() {
        return Err(Error::usage(format!("{} exists", out.display())));
    }
    let bytes = bounded(request, REQUEST_BYTES_MAX)?;
    // Beside the key, apart from the state: a state restored from a backup is noticed by it.
    let mut memory = key_file.as_os_str().to_owned();
    memory.push(".memory");
    let memory = PathBuf::from(memory);
    let mut witness = Witness {
        signer,
        logs,
        state: Locked::create(state).on("lock", state)?,
        memory: Locked::create(&memory).on("lock", &memory)?,
    };
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let time = since_epoch.map_or(0, |time| time.as_secs());
    let signature = witness.sign(&bytes, time).map_err(refused)?;
    write_new(out, signature.to_string().as_bytes())?;
    anstream::println!("cosigned as {}: {}", signer.verifier_key(), out.display());
    Ok(0)
}

/// Why a witness does not sign, with the status that one on the network would answer with.
fn refused(cause: WitnessError) -> Error {
    let error = Error::run(format!("not cosigned (status {})", cause.status())).because(&cause);
    match cause {
        WitnessError::Conflict { latest, .. } => {
            error.hint(format!("make the request again with --old {latest}"))
        }
        WitnessError::Inconsistent(_) => error.hint(
            "the log was rolled back or forked since this witness signed: keep both checkpoints, they show it",
        ),
        WitnessError::StateRolledBack { .. } => error.hint(
            "restore the newer state; a witness that signed more never signs from less",
        ),
        _ => error,
    }
}

fn add(case: &Path, answer: &Path, witnesses: &[String], key_file: Option<&Path>) -> Result<u8> {
    let signatures = parse_answer(&bounded(answer, REQUEST_BYTES_MAX)?);
    let signatures: Vec<Signature> = signatures.map_err(|cause| {
        Error::run(format!("{} is no answer of a witness", answer.display())).because(&cause)
    })?;
    let keys = keys(witnesses, Algorithm::Cosignature)?;
    let _lock = Lock::take(case)?;
    let evidence = Evidence::of(case);
    let key = CaseKey::of_case(&evidence, key_file)?;
    let mut log = Log::open(&evidence, &key)?;
    let added = log.case_log_mut().add_signatures(&signatures, &keys);
    added.map_err(log::error)?;
    anstream::println!(
        "{} cosignatures on {} entries; the next entry makes a new checkpoint, to be witnessed again",
        signatures.len(),
        log.size()
    );
    Ok(0)
}

/// The witness's own key; made where it is not there and a name is given.
fn signer(path: &Path, name: Option<&str>) -> Result<Signer> {
    if path.exists() {
        return key::read_witness(path);
    }
    let name = name.ok_or_else(|| {
        Error::usage(format!("{} is not there", path.display()))
            .hint("to make a key give its name: --name example.org/witness")
    })?;
    let signer = Signer::new(name, Algorithm::Cosignature, &key::draw::<32>()?);
    let signer = signer.map_err(|cause| Error::usage("--name").because(&cause))?;
    key::write_private(path, &signer.secret_text())?;
    Ok(signer)
}

/// Verifier keys of one use, each from its text or a file.
fn keys(texts: &[String], algorithm: Algorithm) -> Result<Vec<VerifierKey>> {
    let one = |text: &String| {
        let line = match Path::new(text) {
            path if path.is_file() => {
                String::from_utf8_lossy(&bounded(path, REQUEST_BYTES_MAX)?).into_owned()
            }
            _ => text.clone(),
        };
        let key = VerifierKey::parse(line.trim())
            .map_err(|cause| Error::usage(format!("{text} is no verifier key")).because(&cause))?;
        if key.algorithm() == algorithm {
            Ok(key)
        } else {
            Err(
                Error::usage(format!("{} is a key of the other kind", key.name()))
                    .hint("a log signs with one kind of key, a witness with another"),
            )
        }
    };
    texts.iter().map(one).collect()
}

/// Reads a file that must be short.
pub(crate) fn bounded(path: &Path, bytes_max: usize) -> Result<Vec<u8>> {
    let file = std::fs::File::open(path).on("read", path)?;
    let mut bytes = Vec::new();
    let mut file = std::io::Read::take(file, bytes_max as u64 + 1);
    std::io::Read::read_to_end(&mut file, &mut bytes).on("read", path)?;
    if bytes.len() > bytes_max {
        return Err(Error::run(format!("{} is too long", path.display())));
    }
    Ok(bytes)
}

pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = std::fs::File::create_new(path).on("make", path)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .on("write", path)
}
