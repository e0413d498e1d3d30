//! The parts of the program as CycloneDX JSON, from what cargo resolves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::metadata::{cargo, output};

/// Prints the list of parts: every crate that the program links, by what cargo resolves
/// (CycloneDX 1.6). The same lock file and options give the same list: the options are those that
/// the program is built with, as a list of more parts than it has is wrong too.
pub fn print(root: &Path, options: &[String]) -> Result<Vec<String>, Vec<String>> {
    let text = resolved(root, options).map_err(|why| vec![why])?;
    let metadata: Value = serde_json::from_str(&text).map_err(|cause| vec![cause.to_string()])?;
    let list = parts(&metadata);
    if list["components"].as_array().is_none_or(Vec::is_empty) {
        return Err(vec![
            "cargo metadata names no crate below demarche".to_owned(),
        ]);
    }
    Ok(vec![format!("{list:#}")])
}

fn resolved(root: &Path, options: &[String]) -> Result<String, String> {
    let arguments = ["metadata", "--offline", "--locked", "--format-version", "1"];
    let program = ["--manifest-path", "crates/demarche/Cargo.toml"];
    output(cargo(root).args(arguments).args(program).args(options))
}

/// The list of parts of the package `demarche`.
fn parts(metadata: &Value) -> Value {
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|package| Some((package["id"].as_str()?, package)))
        .collect();
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let program = packages
        .iter()
        .find(|(_, package)| package["name"] == "demarche");
    let (mut seen, mut next) = (BTreeSet::new(), Vec::new());
    next.extend(program.map(|(id, _)| *id));
    while let Some(id) = next.pop() {
        if seen.insert(id)
            && let Some(node) = nodes.get(id)
        {
            next.extend(linked(node));
        }
    }
    let components: Vec<Value> = seen
        .iter()
        .filter_map(|id| packages.get(id))
        .filter(|package| package["name"] != "demarche")
        .map(|package| component(package))
        .collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": program.map(|(_, package)| component(package)) },
        "components": components,
    })
}

/// What a crate links: neither what builds it nor what tests it.
fn linked(node: &Value) -> impl Iterator<Item = &str> {
    let deps = node["deps"].as_array().into_iter().flatten();
    deps.filter(|dep| {
        let kinds = dep["dep_kinds"].as_array();
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null()))
    })
    .filter_map(|dep| dep["pkg"].as_str())
}

fn component(package: &Value) -> Value {
    let text = |name: &str| package[name].as_str().unwrap_or_default();
    let (name, version) = (text("name"), text("version"));
    json!({
        "type": if name == "demarche" { "application" } else { "library" },
        "name": name,
        "version": version,
        "purl": format!("pkg:cargo/{name}@{version}"),
        "licenses": [{ "expression": text("license") }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_built_in_is_no_part() {
        let n_engines = |options: &[&str]| {
            let options: Vec<String> = options.iter().map(|&text| text.to_owned()).collect();
            let list = print(&crate::root(), &options).unwrap().concat();
            list.matches("\"datafusion\"").count()
        };
        assert_eq!(n_engines(&["--no-default-features"]), 0);
        assert_eq!(n_engines(&[]), 1);
    }

    #[test]
    fn what_is_linked_is_listed_and_what_only_builds_is_not() {
        let package =
            |name: &str| json!({"id": name, "name": name, "version": "1.0.0", "license": "MIT"});
        let dep = |name: &str, kind: Value| json!({"pkg": name, "dep_kinds": [{ "kind": kind }]});
        let metadata = json!({
            "packages": [package("demarche"), package("a"), package("b"), package("builds")],
            "resolve": { "nodes": [
                {"id": "demarche", "deps": [dep("a", Value::Null), dep("builds", json!("build"))]},
                {"id": "a", "deps": [dep("b", Value::Null)]},
                {"id": "b", "deps": []},
                {"id": "builds", "deps": []},
            ]},
        });
        let list = parts(&metadata);
        let names: Vec<&str> = list["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["a", "b"]);
    }
}
