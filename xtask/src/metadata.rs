//! What cargo says of the workspace and of everything below it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The cargo that runs us, so that one toolchain does everything.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// The standard output of a command, or one line that says how it failed.
pub fn output(command: &mut Command) -> Result<String, String> {
    let name = format!("{command:?}");
    let output = command
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let line = message
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("no message");
    Err(format!("{name}: {line}"))
}

/// Runs a command with our own output; one line where it fails.
pub fn run(command: &mut Command) -> Result<(), Vec<String>> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(vec![format!("{command:?}: {status}")]),
        Err(error) => Err(vec![format!("{command:?}: {error}")]),
    }
}

/// All packages of the lock file, of every platform and feature, as `cargo metadata` gives them.
pub fn packages(root: &Path) -> Result<Vec<Value>, String> {
    let arguments = [
        "metadata",
        "--offline",
        "--locked",
        "--all-features",
        "--format-version",
        "1",
    ];
    let text = output(cargo(root).args(arguments))?;
    let metadata: Value =
        serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    if packages.is_empty() {
        return Err("cargo metadata: no packages".to_owned());
    }
    Ok(packages)
}

/// A text field of a package, empty where it has none.
pub fn field<'a>(package: &'a Value, name: &str) -> &'a str {
    package[name].as_str().unwrap_or_default()
}
