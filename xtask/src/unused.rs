//! Dependencies that no file of their crate names.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Outcome;
use crate::metadata::{field, packages};
use crate::scan::Scan;
use crate::tidy::{rust_files, unused_awaited};

/// Checks every crate of the workspace; the ratchet lists what is awaited.
pub fn check(root: &Path) -> Outcome {
    let packages = packages(root).map_err(|error| vec![error])?;
    let awaited = unused_awaited(root).map_err(|error| vec![error])?;
    let mut unused = Vec::new();
    for package in packages
        .iter()
        .filter(|package| package["source"].is_null())
    {
        let manifest = Path::new(field(package, "manifest_path"));
        let folder = manifest
            .parent()
            .and_then(|path| path.strip_prefix(root).ok());
        let folder = folder
            .map(|path| path.to_string_lossy().replace('\\', "/"))
            .unwrap_or_default();
        let code = code_of(root, &folder);
        let names = names(package)
            .into_iter()
            .filter(|name| !names_crate(&code, name));
        unused.extend(names.map(|name| (field(package, "name").to_owned(), name)));
    }
    let news = unused.iter().filter(|entry| !awaited.contains(entry));
    let mut faults: Vec<String> = news
        .map(|(package, name)| format!("{package}: no file names {name}; remove the dependency"))
        .collect();
    let idle = awaited.iter().filter(|entry| !unused.contains(entry));
    faults.extend(idle.map(|(package, name)| {
        format!("xtask/ratchet.toml: {package} uses {name} now; remove its entry")
    }));
    if faults.is_empty() {
        Ok(vec![
            "unused: every dependency is named by its crate".to_owned(),
        ])
    } else {
        Err(faults)
    }
}

/// The names under which a package's dependencies are used.
fn names(package: &Value) -> Vec<String> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let name = |dependency: &Value| {
        let rename = field(dependency, "rename");
        if rename.is_empty() {
            field(dependency, "name").to_owned()
        } else {
            rename.to_owned()
        }
    };
    let mut names: Vec<String> = dependencies.map(name).collect();
    names.sort();
    names.dedup();
    names
}

/// The code of all files of a crate; comments and strings cannot use a dependency.
fn code_of(root: &Path, folder: &str) -> Vec<Scan> {
    let files = rust_files(root, folder).into_iter();
    files
        .filter_map(|path| fs::read_to_string(root.join(path)).ok())
        .map(|text| Scan::new(&text))
        .collect()
}

fn names_crate(code: &[Scan], name: &str) -> bool {
    let name = name.replace('-', "_");
    code.iter().any(|scan| !scan.places(&name).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_comment_is_no_use() {
        let code = [Scan::new("use sonic_rs::x; // base64\nlet a = \"memchr\";")];
        assert!(names_crate(&code, "sonic-rs"));
        assert!(
            !names_crate(&code, "base64")
                && !names_crate(&code, "memchr")
                && !names_crate(&code, "sonic")
        );
    }

    #[test]
    fn a_renamed_dependency_goes_by_its_new_name() {
        let package = serde_json::json!({"dependencies": [{"name": "b"}, {"name": "a", "rename": "c"}, {"name": "b"}]});
        assert_eq!(names(&package), ["b", "c"]);
    }
}
