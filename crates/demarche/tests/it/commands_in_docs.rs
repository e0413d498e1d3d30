//! Every command shown in the documentation runs, or is known to automation.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Pages whose commands are held to this, in the order in which a reader meets them.
const PAGES: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "ARCHITECTURE.md",
    "docs/determinations.md",
    "docs/evidence.md",
    "fuzz/README.md",
    "docs/book/src/start.md",
    "docs/book/src/export.md",
    "docs/book/src/readers.md",
    "docs/book/src/pages.md",
    "docs/book/src/check.md",
    "docs/book/src/determination.md",
    #[cfg(feature = "sigma")]
    "docs/book/src/rules.md",
    "docs/book/src/finding.md",
    "docs/book/src/sql.md",
];

/// How a command of the documentation is tested.
#[derive(Debug, PartialEq, Eq)]
enum Test {
    /// Run by the built program, with these arguments.
    Run(Vec<String>),
    /// One of automation's commands, which runs us: only its name is checked.
    Automation(String),
    /// Cargo's own work, done by whoever runs this test; the crates it names are checked.
    Cargo(Vec<String>),
    /// A lab, which CI runs by itself with real servers: only that it is there is checked.
    Lab(String),
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

/// The commands in the `sh` and `console` blocks of a page: no prompts, no comments, no output.
fn commands(page: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut block = None;
    for line in page.lines() {
        match (line.trim().strip_prefix("```"), block) {
            (Some(_), Some(_)) => block = None,
            (Some(language), None) => block = Some(language),
            (None, Some("sh")) => commands.push(line),
            (None, Some("console")) => commands.extend(line.strip_prefix("$ ")),
            _ => {}
        }
    }
    let without_comment = commands
        .iter()
        .map(|line| line.split(" #").next().unwrap_or(line).trim());
    without_comment
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// The words of a command: what stands in single quotes is one.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for letter in command.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// How a command is tested; none where nobody knows it.
fn test_of(command: &str) -> Option<Test> {
    let words = words(command);
    let rest = |from: usize| words.get(from..).unwrap_or_default().to_vec();
    match (words.first()?.as_str(), words.get(1).map(String::as_str)) {
        ("demarche", _) => Some(Test::Run(rest(1))),
        ("cargo", Some("run")) => {
            let from = words.iter().position(|word| word == "--")?;
            Some(Test::Run(rest(from + 1)))
        }
        ("cargo", Some("xtask")) => Some(Test::Automation(words.get(2)?.clone())),
        ("cargo", Some("test" | "build" | "check")) => Some(Test::Cargo(rest(2))),
        (path, _) if path.starts_with("labs/") && path.ends_with("/run") => {
            Some(Test::Lab(path.to_owned()))
        }
        _ => None,
    }
}

/// A folder with the cases of the repository, in which commands run and write.
fn workplace() -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands_in_docs");
    if place.exists() {
        fs::remove_dir_all(&place).unwrap();
    }
    fs::create_dir_all(&place).unwrap();
    if root().join("cases").is_dir() {
        copy(&root().join("cases"), &place.join("cases"));
    }
    place
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn every_command_of_the_documentation_holds() {
    let (root, place) = (root(), workplace());
    let automation = fs::read_to_string(root.join("xtask/src/main.rs")).unwrap();
    let mut n_commands = 0;
    for page in PAGES {
        let text = fs::read_to_string(root.join(page)).unwrap();
        for command in commands(&text) {
            n_commands += 1;
            let test = test_of(&command);
            let test =
                test.unwrap_or_else(|| panic!("{page}: nobody knows how to test: {command}"));
            match test {
                Test::Run(arguments) => run(&place, page, &command, &arguments),
                Test::Automation(name) => {
                    let known = automation.contains(&format!("\"{name}\" =>"));
                    assert!(known, "{page}: xtask has no command {name}: {command}");
                }
                Test::Lab(path) => {
                    assert!(root.join(&path).is_file(), "{page}: no lab: {command}");
                }
                Test::Cargo(arguments) => {
                    let named = arguments.windows(2).filter(|pair| pair[0] == "-p");
                    for crate_name in named.map(|pair| &pair[1]) {
                        let there =
                            root.join("crates").join(crate_name).is_dir() || crate_name == "xtask";
                        assert!(there, "{page}: no crate {crate_name}: {command}");
                    }
                }
            }
        }
    }
    assert!(
        n_commands >= 5,
        "only {n_commands} commands were found; is the reader of pages broken?"
    );
}

/// Whether this build has the command: SQL and local pages are features.
fn is_built(arguments: &[String]) -> bool {
    let name = arguments.first().map(String::as_str);
    (name != Some("sql") || cfg!(feature = "sql"))
        && (name != Some("serve") || cfg!(feature = "serve"))
}

/// The arguments with the path of the public data set that they name, which is not in the
/// repository; none where it is not here.
fn with_dataset(arguments: &[String]) -> Option<Vec<String>> {
    const LOG: &str = "auditrecords.csv";
    if !arguments
        .iter()
        .any(|text| text == LOG || text.starts_with("example/o365"))
    {
        return Some(arguments.to_vec());
    }
    let sets = PathBuf::from(std::env::var_os("DEMARCHE_DATASETS")?);
    let log = sets.join("o365_dataset").join(format!("{LOG}.gz"));
    let named = arguments.iter().map(|text| match text == LOG {
        true => log.display().to_string(),
        false => text.clone(),
    });
    Some(named.collect())
}

fn run(place: &Path, page: &str, command: &str, arguments: &[String]) {
    if !is_built(arguments) {
        return;
    }
    let Some(mut arguments) = with_dataset(arguments) else {
        println!("skipped, as DEMARCHE_DATASETS names no folder: {command}");
        return;
    };
    if arguments.first().is_some_and(|name| name == "serve") {
        // It never ends by itself: its pages are asked for in `serve.rs`.
        arguments.push("--help".to_owned());
    }
    let program = env!("CARGO_BIN_EXE_demarche");
    let output = Command::new(program)
        .args(arguments)
        .current_dir(place)
        .env("DEMARCHE_CONFIG", place.join("config"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{page}: {command}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_page_with_commands_is_held_to_them() {
    let root = root();
    for folder in ["docs", "docs/book/src"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            if !name.ends_with(".md") {
                continue;
            }
            let page = format!("{folder}/{name}");
            let has_commands = !commands(&fs::read_to_string(root.join(&page)).unwrap()).is_empty();
            let is_optional = page == "docs/book/src/rules.md" && cfg!(not(feature = "sigma"));
            assert!(
                !has_commands || is_optional || PAGES.contains(&page.as_str()),
                "{page}: its commands are not run"
            );
        }
    }
}

#[test]
fn commands_are_read_from_blocks_alone() {
    let page = "cargo x\n```sh\ncargo test -p a   # says why\n\n# whole line\n```\n```text\nrm -rf\n```\n```console\n$ demarche doctor x\noutput\n```\n";
    assert_eq!(commands(page), ["cargo test -p a", "demarche doctor x"]);
}

#[test]
fn commands_are_told_apart() {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        test_of("demarche brief x"),
        Some(Test::Run(words("brief x")))
    );
    assert_eq!(
        test_of("cargo run --release -p demarche -- brief x"),
        Some(Test::Run(words("brief x")))
    );
    assert_eq!(
        test_of("cargo xtask ci"),
        Some(Test::Automation("ci".to_owned()))
    );
    assert_eq!(test_of("curl x"), None);
    assert_eq!(test_of("cargo run"), None);
}
