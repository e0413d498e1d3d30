//! `demarche custody`: the custody table of a case, and a certificate's form.

use std::path::PathBuf;

use clap::Args;

use crate::disclose::custody::{self, Scope};
use crate::error::{OnFile, Result};
use crate::evidence::key::CaseKey;
use crate::evidence::layout::Evidence;
use crate::evidence::log::head;
use crate::evidence::told::Told;

/// Write the custody table of a case and a form for a certificate, with blanks.
///
/// custody.csv has the fields of an evidence log: who collected, handled and examined what, when,
/// with what, where it was kept and its digests; what nobody stated is "not stated".
/// certificate-902.txt is a form under US Federal Rules of Evidence 902(13) and (14).
#[derive(Args, Debug)]
pub struct Arguments {
    /// The case folder.
    #[arg(value_name = "DIR")]
    case: PathBuf,
    /// Folder to write both files into; they must not be there.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// The file of the case key, if it is not in the configuration folder.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Writes both files.
///
/// # Errors
/// A case whose log does not hold, files that are there, errors of the disk.
pub fn run(arguments: &Arguments) -> Result<u8> {
    let evidence = Evidence::of(&arguments.case);
    let key = CaseKey::of_case(&evidence, arguments.key_file.as_deref())?;
    let told = Told::read(&evidence, &key)?;
    let checkpoint = std::fs::read(evidence.checkpoint()).on("read", &evidence.checkpoint())?;
    let head = head(&checkpoint, &key)?;
    let scope = Scope {
        told: &told,
        sources: None,
        leaves: false,
    };
    let form = custody::certificate(&head.origin, head.size, &head.root.to_string());
    std::fs::create_dir_all(&arguments.out).on("make", &arguments.out)?;
    for (name, bytes) in [
        ("custody.csv", custody::table(&scope)?),
        ("certificate-902.txt", form.into_bytes()),
    ] {
        let path = arguments.out.join(name);
        let file = std::fs::File::create_new(&path).on("make", &path)?;
        let mut file = std::io::BufWriter::new(file);
        std::io::Write::write_all(&mut file, &bytes).on("write", &path)?;
    }
    Ok(0)
}
